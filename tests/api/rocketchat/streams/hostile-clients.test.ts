import { clientOf, logIn } from '../../../support/accounts.ts';
import { insertAgent, startChat } from '../../../support/conversations.ts';
import type { DdpClient } from '../../../support/ddp.ts';
import { useListeningService } from '../../../support/use-listening-service.ts';

const server = useListeningService();

const operator = { $ne: '' };
const everything = { $where: 'true' };

/** An administrator's socket: whoever may do the most. */
async function connectAdmin(): Promise<DdpClient> {
  const client = await server.connect();
  const { authToken } = await logIn(server.service.app);
  expect((await client.call('login', { resume: authToken })).error).toBeUndefined();
  return client;
}

/** Everything that a client could have changed. */
const countStored = async () => {
  const names = ['rocketchat_message', 'rocketchat_livechat_custom_field', 'foyer_typing', 'users'];
  return Promise.all(names.map((name) => server.service.db.collection(name).estimatedDocumentCount()));
};

describe('A client that sends operators instead of texts', () => {
  it.each<[string, readonly unknown[], unknown]>([
    ['login', [{ user: operator, password: operator }], 400],
    ['login', [{ resume: operator }], 400],
    ['livechat:setUpConnection', [{ token: operator }], 'error-invalid-params'],
    ['sendMessage', [{ rid: operator, msg: 'Hello' }], 'error-invalid-params'],
    ['sendMessage', [{ rid: 'room', msg: operator }], 'error-invalid-params'],
    ['sendMessage', [{ _id: operator, rid: 'room', msg: 'Hello' }], 'error-invalid-params'],
    ['stream-notify-room', [operator, 'ann', true], 'error-invalid-params'],
    ['stream-notify-room', ['room/typing', 'ann', true, { token: operator }], 'error-invalid-params'],
    ['livechat:changeLivechatStatus', [{ status: operator, agentId: operator }], 'error-invalid-params'],
    ['livechat:saveCustomField', [operator, everything], 'error-invalid-params'],
    ['livechat:removeCustomField', [operator], 'error-invalid-params'],
    ['__proto__', [everything], 'error-invalid-params'],
  ])('is refused by %s of %j, and may go on', async (method, params, code) => {
    const client = await connectAdmin();
    const before = await countStored();

    expect(await client.call(method, ...params)).toMatchObject({
      error: { error: code, errorType: 'Meteor.Error', isClientSafe: true },
    });

    expect(await countStored()).toEqual(before);
    client.send({ msg: 'ping', id: 'still there' });
    await client.message(({ msg, id }) => msg === 'pong' && id === 'still there');
  });
});

describe('A client with ten thousand subscriptions', () => {
  it('gets 500 of them, each of the others refused, and holds up nobody', async () => {
    await insertAgent(server.service);
    const client = await server.connect();
    const { rid, token } = await startChat(server.anyone);
    for (let n = 0; n < 10_000; n += 1)
      client.send({ msg: 'sub', id: `s${n}`, name: 'stream-notify-all', params: [`event-${n}`] });

    const other = await clientOf(server.service.app);
    expect((await other.get('me')).status).toBe(200);
    const sent = await server.anyone.post('livechat/message', { token, rid, msg: 'Hello' });
    expect(sent.status).toBe(200);

    for (let n = 999; n < 10_000; n += 1_000)
      expect(await client.message(({ id }) => id === `s${n}`)).toMatchObject({
        msg: 'nosub',
        error: { error: 'too-many-subscriptions' },
      });
    expect(client.received.filter(({ msg }) => msg === 'ready')).toHaveLength(500);
  });
});
