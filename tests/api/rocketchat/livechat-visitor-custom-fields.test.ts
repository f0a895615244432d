import { clientOf } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import { withTestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import { collection, defineCustomField, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService();

describe('custom fields sent with a registration', () => {
  it('are stored if they are defined for visitors', async () => {
    const field = await defineCustomField(admin);
    const customFields = [{ key: field, value: 'Rocket.Chat street', overwrite: true }];
    const first = await registerVisitor(anyone, { customFields });
    expect(first.livechatData).toEqual({ [field]: 'Rocket.Chat street' });
    const changed = [{ key: field, value: 'Elsewhere', overwrite: true }];
    const second = await registerVisitor(anyone, { token: first.token, customFields: changed });
    expect(second.livechatData).toEqual({ [field]: 'Elsewhere' });
  });

  it('that nobody defined, or that describe rooms, leave no livechatData behind', async () => {
    const ofRoom = await defineCustomField(admin, { scope: 'room' });
    for (const key of ['address-that-nobody-defined', ofRoom, '__proto__', 'constructor']) {
      const visitor = await registerVisitor(anyone, { customFields: [{ key, value: 'x', overwrite: true }] });
      expect(visitor).not.toHaveProperty('livechatData');
    }
  });

  it('only fill empty fields without overwrite', async () => {
    const field = await defineCustomField(admin);
    const send = (token: string, value: string, overwrite: boolean) =>
      registerVisitor(anyone, { token, customFields: [{ key: field, value, overwrite }] });
    const token = unique('token');
    expect((await send(token, '', false)).livechatData).toEqual({ [field]: '' });
    expect((await send(token, 'first', false)).livechatData).toEqual({ [field]: 'first' });
    expect((await send(token, 'second', false)).livechatData).toEqual({ [field]: 'first' });
    expect((await send(token, 'third', true)).livechatData).toEqual({ [field]: 'third' });
  });

  it("reach the visitor's contact, where conflicts are recorded", async () => {
    const [kept, empty] = [await defineCustomField(admin), await defineCustomField(admin)];
    const visitor = await registerVisitor(anyone);
    const contact = unique('contact');
    await collection(service.db, 'livechat_contact').insertOne({
      _id: contact,
      customFields: { [kept]: 'old' },
      channels: [{ visitor: { visitorId: visitor._id } }],
    });
    const customFields = [kept, empty].map((key) => ({ key, value: 'new', overwrite: false }));
    await registerVisitor(anyone, { token: visitor.token, customFields });
    expect(await collection(service.db, 'livechat_contact').findOne({ _id: contact })).toMatchObject({
      customFields: { [kept]: 'old', [empty]: 'new' },
      conflictingFields: [{ field: `customFields.${kept}`, value: 'new' }],
    });
  });

  it('reach every contact of the visitor, even under a name that every object has', async () => {
    const field = await defineCustomField(admin, { field: 'toString' });
    const visitor = await registerVisitor(anyone);
    const channels = [{ visitor: { visitorId: visitor._id } }];
    const contacts = [{ customFields: { [field]: '' } }, {}].map((more) => ({
      ...{ _id: unique('contact'), channels },
      ...more,
    }));
    await collection(service.db, 'livechat_contact').insertMany(contacts);
    const customFields = [{ key: field, value: 'new', overwrite: false }];
    await registerVisitor(anyone, { token: visitor.token, customFields });
    for (const { _id } of contacts) {
      const contact = await collection(service.db, 'livechat_contact').findOne({ _id });
      expect(contact).toMatchObject({ customFields: { [field]: 'new' } });
      expect(contact).not.toHaveProperty('conflictingFields');
    }
  });

  it('must include the required ones, unless none are sent at all', () =>
    withTestService({}, async (fresh) => {
      const [guest, boss] = [apiClient(fresh.app), await clientOf(fresh.app)];
      await defineCustomField(boss, { field: 'required_a', required: true });
      await defineCustomField(boss, { field: 'required_b', required: true });
      await defineCustomField(boss, { field: 'concealed', required: true, visibility: 'hidden' });
      await defineCustomField(boss, { field: 'free' });
      const visitor = { token: unique('token') };
      const customFields = [{ key: 'free', value: 'x', overwrite: true }];
      const answer = await guest.post('livechat/visitor', { visitor: { ...visitor, customFields } });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        success: false,
        error: 'Missing required custom fields: required_a, required_b',
      });
      const blanks = ['required_a', 'required_b'].map((key) => ({ key, value: ' ', overwrite: true }));
      const blank = await guest.post('livechat/visitor', { visitor: { ...visitor, customFields: blanks } });
      expect(blank.body.error).toBe('Missing required custom fields: required_a, required_b');
      expect(await guest.post('livechat/visitor', { visitor })).toMatchObject({ status: 200 });
      expect(
        await guest.post('livechat/visitor', { visitor: { ...visitor, customFields: [] } }),
      ).toMatchObject({ status: 200 });
    }));
});
