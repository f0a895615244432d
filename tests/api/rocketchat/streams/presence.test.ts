import { VisitorsOnSockets } from '../../../../src/api/rocketchat/streams/visitors-on-sockets.ts';
import type { PresenceStore } from '../../../../src/domain/visitors/presence.ts';
import type { VisitSign } from '../../../../src/domain/visits/visit-sign.ts';
import { createPresenceStore } from '../../../../src/storage/visitors/presence.ts';
import { insertAgent, startChat, storedRoom } from '../../../support/conversations.ts';
import { asVisitor, watchRoom } from '../../../support/ddp.ts';
import { eventually } from '../../../support/eventually.ts';
import { useListeningService } from '../../../support/use-listening-service.ts';
import { unique } from '../../../support/visitors.ts';

const server = useListeningService();
const timing = { graceMs: 60, lookEveryMs: 10, aliveMs: 600 };
const running: VisitorsOnSockets[] = [];
beforeAll(() => insertAgent(server.service));
afterEach(() => Promise.all(running.splice(0).map((each) => each.stop())));

/** The presence of visitors as an instance of its own sees it. */
function startInstance(given: Partial<typeof timing> = {}) {
  const { db, deps } = server.service;
  const name = unique('instance');
  const store = createPresenceStore(db, deps.clock, name);
  let looks = 0;
  const presence: PresenceStore = {
    ...store,
    listAbandoned(limit) {
      looks += 1;
      return store.listAbandoned(limit);
    },
  };
  const signs: VisitSign[] = [];
  const visitSigns = { note: (sign: VisitSign) => void signs.push(sign) };
  const fail = (error: unknown) => {
    throw error;
  };
  const visitors = new VisitorsOnSockets({ ...deps, presence, visitSigns }, fail, { ...timing, ...given });
  running.push(visitors);
  /** Waits until it has looked at everybody, which ends with those of other instances. */
  const looked = async () => {
    for (const until = looks + 3; looks < until; ) await new Promise(setImmediate);
  };
  return { name, presence, visitors, signs, looked };
}

async function chatOnline() {
  const { rid, token, visitor } = await startChat(server.anyone);
  const status = async () => (await storedRoom(server.service.db, rid)).v?.status;
  await server.anyone.post('livechat/visitor.status', { token, status: 'online' });
  return { _id: visitor._id, rid, token, status };
}

describe('A visitor', () => {
  it('is offline some time after their last socket is gone, and online when they are back', async () => {
    const { _id, token, status } = await chatOnline();
    const { visitors } = startInstance();
    visitors.came(_id, token, false);
    visitors.left(_id);
    await eventually(async () => expect(await status()).toBe('offline'));
    visitors.came(_id, token, true);
    await eventually(async () => expect(await status()).toBe('online'));
  });

  it('who comes back soon was never away, and stays as present as they said', async () => {
    const { _id, token, status } = await chatOnline();
    await server.anyone.post('livechat/visitor.status', { token, status: 'away' });
    const { looked, visitors } = startInstance({ graceMs: 0 });
    visitors.came(_id, token, false);
    visitors.left(_id);
    visitors.came(_id, token, false);
    await looked();
    expect(await status()).toBe('away');
  });

  it('who has a socket on another instance stays online', async () => {
    const { _id, token, status } = await chatOnline();
    const aliveMs = 60_000;
    const [here, there] = [startInstance({ graceMs: 0, aliveMs }), startInstance({ aliveMs })];
    here.visitors.came(_id, token, false);
    there.visitors.came(_id, token, false);
    await eventually(async () =>
      expect(await server.service.db.collection('foyer_presence').countDocuments({ visitorId: _id })).toBe(2),
    );
    here.visitors.left(_id);
    await here.looked();
    expect(await status()).toBe('online');
    there.visitors.left(_id);
    await eventually(async () => expect(await status()).toBe('offline'));
  });

  it('of an instance that died is offline, unless they have gone to another one', async () => {
    const [gone, moved] = [await chatOnline(), await chatOnline()];
    const dead = createPresenceStore(server.service.db, server.service.deps.clock, unique('dead'));
    await dead.renew(-1);
    for (const { _id } of [gone, moved]) await dead.enter(_id);
    const other = startInstance({ aliveMs: 60_000 });
    other.visitors.came(moved._id, moved.token, false);
    await eventually(async () => expect(await gone.status()).toBe('offline'));
    await other.looked();
    expect(await moved.status()).toBe('online');
    expect(await dead.isPresent(gone._id)).toBe(false);
  });

  it('of an instance that stops is left to the others', async () => {
    const { _id, token, status } = await chatOnline();
    const stopping = startInstance();
    stopping.visitors.came(_id, token, false);
    await eventually(async () => expect(await stopping.presence.isPresent(_id)).toBe(true));
    await stopping.visitors.stop();
    expect(await status()).toBe('online');
    startInstance();
    await eventually(async () => expect(await status()).toBe('offline'));
  });

  it('of an instance that was taken for dead is entered again', async () => {
    const { _id, token } = await chatOnline();
    const { name, presence, visitors } = startInstance({ aliveMs: 60 });
    visitors.came(_id, token, false);
    await eventually(async () => expect(await presence.isPresent(_id)).toBe(true));
    await presence.forget([{ instance: name, visitorId: _id }]);
    const instances = server.service.db.collection<{ _id: string }>('foyer_instance');
    await instances.deleteOne({ _id: name });
    await eventually(async () => expect(await presence.isPresent(_id)).toBe(true));
  });

  it('is present by the socket on which they watch their room', async () => {
    const { _id, rid, token } = await chatOnline();
    const client = await server.connect();
    await watchRoom(client, rid, token);
    await eventually(async () => expect(await server.service.deps.presence.isPresent(_id)).toBe(true));
  });
});

describe('A banned visitor', () => {
  const ban = (value: string) =>
    server.service.deps.bans.put({
      ...{ _id: unique('ban'), kind: 'visitor', value, reason: '' },
      ...{ createdAt: new Date(), createdBy: { _id: 'admin' } },
    });

  it('gets a socket, and no subscription', async () => {
    const { _id, rid, token } = await chatOnline();
    await ban(_id);
    const client = await server.connect();
    expect(await client.call('livechat:setUpConnection', { token })).not.toHaveProperty('error');
    expect(await client.subscribe('stream-room-messages', rid, asVisitor(token))).toMatchObject({
      msg: 'nosub',
      error: { error: 'error-banned' },
    });
  });

  it('loses those that they have', async () => {
    const { _id, rid, token } = await chatOnline();
    const client = await server.connect();
    await watchRoom(client, rid, token);
    await ban(_id);
    await eventually(() => expect(client.received.filter(({ msg }) => msg === 'nosub')).toHaveLength(4));
  });
});
