import { logIn } from '../../support/accounts.ts';
import { headersOf } from '../../support/client.ts';
import { foyerClient } from '../../support/foyer.ts';
import { liveChatClient } from '../../support/livechat.ts';
import { adminUsername } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import { insertUser } from '../../support/users.ts';
import { registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService();
let userId: string;
let headers: Readonly<Record<string, string>>;
const withHeaders = (given: () => Readonly<Record<string, string>>) => foyerClient(() => service.app, given);
const foyer = withHeaders(() => headers);
beforeAll(async () => {
  const credentials = await logIn(service.app);
  userId = credentials.userId;
  headers = headersOf(credentials);
});

/** A client with a key of the administrator's that is limited to scopes. */
async function limitedTo(...scopes: string[]) {
  const { body } = await foyer.post('keys', { name: unique('key'), scopes });
  const token: string = body.token;
  return { ...withHeaders(() => headersOf({ userId, authToken: token })), token };
}
const ban = { kind: 'address', value: '192.0.2.1' };

describe('a key', () => {
  it('may do what its scopes say, and nothing else', async () => {
    const [reader, writer, eraser] = [
      await limitedTo('read'),
      await limitedTo('write'),
      await limitedTo('erase'),
    ];
    const { _id } = await registerVisitor(anyone);
    const statuses = async (client: typeof reader) => [
      (await client.get('visitors')).status,
      (await client.post('bans', ban)).status,
      (await client.delete(`visitors/${_id}`)).status,
    ];
    expect(await statuses(reader)).toEqual([200, 403, 403]);
    expect(await statuses(writer)).toEqual([403, 200, 403]);
    expect(await statuses(eraser)).toEqual([403, 403, 200]);
    expect((await reader.post('bans', ban)).body).toMatchObject({
      ...{ code: 'scope-missing', detail: 'This needs the scope write.' },
    });
    expect(await statuses(await limitedTo('read', 'write', 'erase'))).toEqual([200, 200, 404]);
  });

  it('works in no other API, and makes no keys', async () => {
    const key = await limitedTo('read', 'write', 'erase');
    expect((await anyone.as({ userId, authToken: key.token }).get('me')).status).toBe(401);
    expect((await anyone.post('login', { resume: key.token })).status).toBe(401);
    const liveChat = liveChatClient(() => service.app, adminUsername, key.token);
    expect((await liveChat.get('/visitors')).status).toBe(401);
    for (const answer of [
      await key.get('keys'),
      await key.post('keys', { name: unique('key'), scopes: ['read'] }),
      await key.delete('keys/any'),
    ])
      expect([answer.status, answer.body.code]).toEqual([403, 'scope-missing']);
  });

  it('without scopes may do all that its user may', async () => {
    const tokenName = unique('key');
    const { token } = (await admin.post('users.generatePersonalAccessToken', { tokenName })).body;
    const client = withHeaders(() => headersOf({ userId, authToken: token }));
    const { keys } = (await client.get('keys')).body;
    expect(keys).toContainEqual(expect.objectContaining({ name: tokenName, scopes: null }));
  });

  it('grants nothing that its user may not', async () => {
    const outsider = await insertUser(service);
    const own = withHeaders(() => headersOf(outsider));
    const { body } = await own.post('keys', { name: 'mine', scopes: ['read'] });
    const client = withHeaders(() => headersOf({ userId: outsider.userId, authToken: body.token }));
    expect((await client.get('visitors')).body.code).toBe('not-allowed');
  });

  it('keeps its scopes when it is replaced, and what is replaced leaves none', async () => {
    const name = unique('key');
    await foyer.post('keys', { name, scopes: ['read'] });
    const { token } = (await admin.post('users.regeneratePersonalAccessToken', { tokenName: name })).body;
    const client = withHeaders(() => headersOf({ userId, authToken: token }));
    expect((await client.get('visitors')).status).toBe(200);
    expect((await client.post('bans', ban)).body.code).toBe('scope-missing');
    const scopes = await service.deps.keyScopes.listByUser(userId);
    expect(scopes.filter((each) => each.name === name)).toHaveLength(1);
  });

  it('is listed without the secret, and can be ended', async () => {
    const name = unique('key');
    const { token } = (await foyer.post('keys', { name, scopes: ['read', 'read'] })).body;
    const client = withHeaders(() => headersOf({ userId, authToken: token }));
    expect((await client.get('visitors')).status).toBe(200);
    expect((await foyer.post('keys', { name, scopes: ['read'] })).body.code).toBe(
      'error-token-already-exists',
    );
    const { body, text } = await foyer.get('keys');
    expect(text).not.toContain(token);
    expect(body.keys).toContainEqual(expect.objectContaining({ name, scopes: ['read'] }));
    expect((await foyer.delete(`keys/${name}`)).body).toEqual({ deleted: 1 });
    expect((await client.get('visitors')).status).toBe(401);
    expect((await foyer.delete(`keys/${name}`)).status).toBe(404);
    expect(await service.deps.keyScopes.listByUser(userId)).not.toContainEqual(
      expect.objectContaining({ name }),
    );
  });

  it.each([
    { name: 'x', scopes: [] },
    { name: 'x', scopes: ['all'] },
    { name: 'x', scopes: 'read' },
    { name: 'x', scopes: [['read']] },
    { name: 'x', scopes: [{ $gt: '' }] },
    { name: ' ', scopes: ['read'] },
    { name: 'x', scopes: ['read', 'write', 'erase', 'read'] },
    { name: 'x' },
  ])('must be asked for properly: %j', async (body) => {
    expect((await foyer.post('keys', body)).body.code).toBe('invalid-input');
  });

  it('is refused with 15,000 scopes, each of which would take too long to look at', async () => {
    const { body } = await foyer.post('keys', { name: 'x', scopes: Array(15_000).fill('') });
    expect(body.code).toBe('invalid-input');
  });
});

describe('a query of too many fields', () => {
  it.each(['bans', 'keys', 'erasures/unknown', 'visitors/unknown/export'])(
    'is refused by %s',
    async (path) => {
      const query = Object.fromEntries(Array.from({ length: 1_001 }, (_, number) => [`field${number}`, '']));
      expect((await foyer.get(path, query)).status).toBe(400);
    },
  );
});
