import { clientOf } from '../../support/accounts.ts';
import type { ApiClient } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { rocketChatUser, storeUsers } from '../../support/users.ts';

describe('POST users.setStatus', () => {
  let service: TestService;
  let admin: ApiClient;
  let ann: ApiClient;
  const bob = rocketChatUser('bob');

  beforeAll(async () => {
    service = await startTestService();
    await storeUsers(service.db, rocketChatUser('ann'), bob);
    admin = await clientOf(service.app);
    ann = await clientOf(service.app, 'ann');
  });
  afterAll(() => service.stop());

  it('sets presence and text, which the next request sees', async () => {
    expect((await ann.post('users.setStatus', { message: ' at lunch ', status: 'away' })).text).toBe(
      '{"success":true}',
    );
    const me = await ann.get('me');
    expect(me.body).toMatchObject({ status: 'away', statusDefault: 'away', statusText: 'at lunch' });
  });

  it('sets one of the two', async () => {
    await ann.post('users.setStatus', { status: 'busy' });
    expect((await ann.get('me')).body).toMatchObject({ status: 'busy', statusText: 'at lunch' });
    await ann.post('users.setStatus', { message: '' });
    expect((await ann.get('me')).body).toMatchObject({ status: 'busy', statusText: '' });
  });

  it('stores 120 characters of a text', async () => {
    await ann.post('users.setStatus', { message: `  ${'x'.repeat(119)}yz` });
    expect((await ann.get('me')).body.statusText).toBe(`${'x'.repeat(119)}y`);
  });

  it('refuses an unknown status', async () => {
    const answer = await ann.post('users.setStatus', { status: 'asleep' });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe(
      'Valid status types include online, away, offline, and busy. [error-invalid-status]',
    );
  });

  it.each([
    ['neither', {}],
    ['an operator', { status: { $ne: '' } }],
    ['a number', { message: 5 }],
  ])('refuses %s', async (_what, body) => {
    const answer = await ann.post('users.setStatus', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(/^Match error/);
  });

  it('refuses to set users invisible if that is disabled, and any change if that is disabled', async () => {
    await admin.post('settings/Accounts_AllowInvisibleStatusOption', { value: false });
    const invisible = await ann.post('users.setStatus', { status: 'offline' });
    expect(invisible.body.errorType).toBe('error-status-not-allowed');
    await admin.post('settings/Accounts_AllowUserStatusMessageChange', { value: false });
    const change = await ann.post('users.setStatus', { status: 'online' });
    expect(change.body.errorType).toBe('error-not-allowed');
    await admin.post('settings/Accounts_AllowInvisibleStatusOption', { value: true });
    await admin.post('settings/Accounts_AllowUserStatusMessageChange', { value: true });
  });

  it('of another user is for those who may edit users', async () => {
    const change = { userId: bob._id, status: 'online' };
    expect((await ann.post('users.setStatus', change)).text).toBe('{"success":false,"error":"unauthorized"}');
    expect((await admin.post('users.setStatus', change)).status).toBe(200);
    expect((await service.db.collection('users').findOne({ username: 'bob' }))?.status).toBe('online');
    expect((await admin.post('users.setStatus', { username: 'nobody', status: 'online' })).status).toBe(400);
  });
});
