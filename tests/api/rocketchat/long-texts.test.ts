import { maxLengths } from '../../../src/domain/text/max-lengths.ts';
import { apiClient } from '../../support/client.ts';
import { say } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, insertOpenRoom, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService({
  TEST_MODE: '',
  OVERWRITE_SETTING_API_Enable_Rate_Limiter: 'false',
});

it('a visitor may write ten times what an agent may by default, and no more', async () => {
  const { _id, token } = await registerVisitor(anyone);
  const rid = await insertOpenRoom(service.db, { _id, token });
  const msg = 'ä'.repeat(maxLengths.message);
  expect(await say(anyone, token, rid, msg)).toMatchObject({ msg });
  const refused = await anyone.post('livechat/message', { token, rid, msg: `${msg}.` });
  expect([refused.status, refused.body]).toEqual([
    400,
    {
      success: false,
      error: 'must NOT have more than 50000 characters [invalid-params]',
      errorType: 'invalid-params',
    },
  ]);
});

it("says in each style of Rocket.Chat's which text is too long", async () => {
  const visitor = { token: unique('token'), name: 'A'.repeat(513) };
  expect((await anyone.post('livechat/visitor', { visitor })).body).toEqual({
    success: false,
    error: 'Match error: must NOT have more than 512 characters in field visitor.name',
  });
  const customFieldId = 'f'.repeat(257);
  expect((await admin.post('livechat/custom-fields.delete', { customFieldId })).body).toEqual({
    success: false,
    errorType: 'invalid-params',
    error: 'must NOT have more than 256 characters',
  });
});

it('refuses lists of more than a thousand items in each style', async () => {
  const entry = { key: 'any', value: 'x', overwrite: true };
  const customFields = Array(1_001).fill(entry);
  expect((await anyone.post('livechat/visitor', { visitor: { token: 'any', customFields } })).body).toEqual({
    success: false,
    error: 'Match error: must NOT have more than 1000 items in field visitor.customFields',
  });
  const closing = { rid: 'any', comment: 'Bye', tags: Array(1_001).fill('') };
  const refused = await admin.post('livechat/room.closeByUser', closing);
  expect([refused.status, refused.body.error]).toEqual([
    400,
    'must NOT have more than 1000 items [invalid-params]',
  ]);
});

it('keeps no more of the headers that a browser sets than a bound', async () => {
  const visitor = { token: unique('token') };
  const long = apiClient(service.app, { 'User-Agent': 'B'.repeat(8_000) });
  const { body } = await long.post('livechat/visitor', { visitor });
  expect(body.visitor.userAgent).toBe('B'.repeat(maxLengths.header));
});

it('a visitor stored with longer texts than may be sent is read and deleted like everyone else', async () => {
  const _id = unique('visitor');
  const token = unique('token');
  const name = `${unique('Ann')} ${'n'.repeat(100_000)}`;
  await collection(service.db, 'livechat_visitor').insertOne({ _id, token, name, ts: new Date() });
  const { body } = await admin.get('livechat/visitors.info', { visitorId: _id });
  expect(body.visitor).toMatchObject({ _id, name });
  expect((await anyone.get(`livechat/visitor/${token}`)).body.visitor).toMatchObject({ name });
  expect((await anyone.delete(`livechat/visitor/${token}`)).body.visitor).toMatchObject({ _id });
});
