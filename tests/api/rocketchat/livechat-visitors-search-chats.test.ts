import { collect } from '../../../src/domain/paging.ts';
import type { RoomSearch } from '../../../src/domain/rooms/room-search.ts';
import {
  type Agent,
  insertAgent,
  openRoom,
  say,
  sendAgentsAway,
  startChat,
  storedRoom,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, insertClosedRoom, registerVisitor, unique } from '../../support/visitors.ts';
import { whileReplaced } from '../../support/while-replaced.ts';

const { service, anyone, admin, outsider } = useService();

/** What the visitor's three conversations were, in the order in which they were opened. */
let closedServed: string;
let closedUnserved: string;
let openServed: string;
let visitorId: string;
let token: string;
let agent: Agent;

beforeAll(async () => {
  const site = 'settings/Livechat_accept_chats_with_no_agents';
  await admin.post(site, { value: true });
  agent = await insertAgent(service);
  const visitor = await registerVisitor(anyone, { name: 'Hedi' });
  token = visitor.token;
  visitorId = visitor._id;
  const open = async () => (await openRoom(anyone, { token }))._id;
  closedServed = await open();
  await say(anyone, token, closedServed, 'Where is my (blue) Parcel?');
  const closing = { rid: closedServed, comment: 'Found it', tags: ['parcel'] };
  expect((await admin.post('livechat/room.closeByUser', closing)).status).toBe(200);
  await sendAgentsAway(service.db);
  closedUnserved = await open();
  await say(anyone, token, closedUnserved, 'anybody?');
  await anyone.post('livechat/room.close', { token, rid: closedUnserved });
  await admin.post(site, { value: false });
  await service.db
    .collection<{ _id: string }>('users')
    .updateOne({ _id: agent._id }, { $set: { statusLivechat: 'available' } });
  openServed = await open();
  await startChat(anyone, { name: 'Somebody else' });
});

const pathOf = (rid: string, id: string) => `livechat/visitors.searchChats/room/${rid}/visitor/${id}`;
const search = async (query: object = {}) => {
  const { status, body } = await admin.get(pathOf(openServed, visitorId), { ...query });
  expect(status).toBe(200);
  expect(body).toMatchObject({ count: body.history.length, offset: 0, total: body.history.length });
  return body.history.map(({ _id }: { _id: string }) => _id);
};

describe('visitors.searchChats', () => {
  it('shows what a list needs of each conversation, with its closing comment', async () => {
    const { body } = await admin.get(pathOf(openServed, visitorId));
    expect(Object.keys(body)).toEqual(['history', 'count', 'offset', 'total', 'success']);
    const v = expect.objectContaining({ _id: visitorId, token });
    const shown = { fname: 'Hedi', ts: expect.any(String), v, msgs: expect.any(Number) };
    const servedBy = { _id: agent._id, username: agent.username, ts: expect.any(String) };
    const closedAt = expect.any(String);
    const closedBy = expect.objectContaining({ _id: expect.any(String) });
    const closingMessage = (rid: string, msg: string) =>
      expect.objectContaining({ rid, t: 'livechat-close', msg, u: closedBy });
    expect(body.history).toEqual([
      { ...shown, _id: openServed, servedBy },
      {
        ...{ ...shown, _id: closedUnserved, closedAt, closedBy, closer: 'visitor' },
        closingMessage: closingMessage(closedUnserved, 'Closed by visitor'),
      },
      {
        ...{ ...shown, _id: closedServed, servedBy, closedAt, closedBy, closer: 'user', tags: ['parcel'] },
        closingMessage: closingMessage(closedServed, 'Found it'),
      },
    ]);
  });

  it('finds open and closed ones, served and not, unless told otherwise', async () => {
    const all = [openServed, closedUnserved, closedServed];
    expect(await search()).toEqual(all);
    expect(await search({ closedChatsOnly: 'false', servedChatsOnly: 'false' })).toEqual(all);
    expect(await search({ closedChatsOnly: 'yes', servedChatsOnly: '1' })).toEqual(all);
  });

  it('finds only closed ones, only served ones, or only those that are both', async () => {
    expect(await search({ closedChatsOnly: true, servedChatsOnly: false })).toEqual([
      closedUnserved,
      closedServed,
    ]);
    expect(await search({ servedChatsOnly: true })).toEqual([openServed, closedServed]);
    expect(await search({ closedChatsOnly: true, servedChatsOnly: true })).toEqual([closedServed]);
  });

  it('finds those from a source, by its type or alias, ignoring case', async () => {
    expect(await search({ source: 'api', servedChatsOnly: true })).toEqual([openServed, closedServed]);
    expect(await search({ source: 'AP', closedChatsOnly: true })).toEqual([closedUnserved, closedServed]);
    expect(await search({ source: 'widget' })).toEqual([]);
    const source = { type: 'app', alias: 'Kiosk (north)' };
    await collection(service.db, 'room').updateOne({ _id: closedUnserved }, { $set: { source } });
    expect(await search({ source: 'kiosk (n' })).toEqual([closedUnserved]);
    expect(await search({ source: 'k.osk' })).toEqual([]);
  });

  it('finds a part of a message, with the same case and taking special characters literally', async () => {
    expect(await search({ searchText: '(blue) Parcel' })).toEqual([closedServed]);
    expect(await search({ searchText: '(blue) parcel' })).toEqual([]);
    expect(await search({ searchText: '.*' })).toEqual([]);
    expect(await search({ searchText: 'any' })).toEqual([closedUnserved]);
    expect(await search({ searchText: 'any', servedChatsOnly: true })).toEqual([]);
    expect(await search({ searchText: '' })).toHaveLength(3);
  });

  it('searches comments and hidden messages too', async () => {
    expect(await search({ searchText: 'Found it' })).toEqual([closedServed]);
    const location = { href: 'https://shop.example/secret-offer' };
    const pageInfo = { change: 'url', title: 'Offer', location };
    await anyone.post('livechat/page.visited', { token, rid: openServed, pageInfo });
    expect(await search({ searchText: 'secret-offer' })).toEqual([openServed]);
  });

  it('returns one page of them, in the requested order', async () => {
    const query = { count: 1, offset: 1, sort: '{"ts":1}' };
    const { body } = await admin.get(pathOf(openServed, visitorId), query);
    expect(body).toMatchObject({ history: [{ _id: closedUnserved }], count: 1, offset: 1, total: 3 });
    const all = await admin.get(pathOf(openServed, visitorId), { count: 0 });
    expect(all.body).toMatchObject({ count: 3, total: 3 });
  });

  it('returns pages of those with a text in order, however many there are, and their number', async () => {
    const id = unique('talker');
    const chats = Array.from({ length: 1_050 }, (_, n) => ({
      room: { _id: `${id}-${n}`, t: 'l', v: { _id: id }, ts: new Date(n), fname: `${3_000 - n}` },
      message: { _id: `${id}-said-${n}`, rid: `${id}-${n}`, ts: new Date(n), msg: n % 2 ? 'odd' : 'even' },
    }));
    await collection(service.db, 'room').insertMany(chats.map(({ room }) => room));
    await collection(service.db, 'message').insertMany(chats.map(({ message }) => message));
    const found = async (query: object) => {
      const { body } = await admin.get(pathOf(openServed, id), { count: 2, ...query });
      return [...body.history.map(({ _id }: { _id: string }) => _id), body.total];
    };
    expect(await found({ searchText: 'odd' })).toEqual([`${id}-1049`, `${id}-1047`, 525]);
    expect(await found({ searchText: 'odd', offset: 523 })).toEqual([`${id}-3`, `${id}-1`, 525]);
    expect(await found({ searchText: 'odd', offset: 525 })).toEqual([525]);
    const byName = { searchText: 'even', sort: '{"fname":-1}', offset: 1 };
    expect(await found(byName)).toEqual([`${id}-2`, `${id}-4`, 525]);
    expect(await found({ searchText: 'd', count: 0 })).toHaveLength(526);
  });

  it('shows a room with a text once, though it was read twice because it changed its place', async () => {
    const { roomSearch } = service.deps;
    const { readChatIds } = roomSearch;
    const twice: RoomSearch['readChatIds'] = async (...given) => {
      const ids = await collect(await readChatIds(...given));
      return (async function* () {
        yield ids;
        yield ids;
      })();
    };
    await whileReplaced(roomSearch, { readChatIds: twice }, async () =>
      expect(await search({ searchText: 'Parcel' })).toEqual([closedServed]),
    );
  });

  it('is refused in an order that the database cannot produce, also by text', async () => {
    const id = unique('tagged');
    const both = { tags: ['a', 'b'], v: { _id: id, tags: ['a', 'b'] } };
    await collection(service.db, 'room').insertOne({ _id: id, t: 'l', ...both });
    for (const searchText of ['', 'any']) {
      const query = { searchText, sort: '{"tags":1,"v.tags":1}' };
      const { status, body } = await admin.get(pathOf(openServed, id), query);
      expect({ status, errorType: body.errorType }).toEqual({ status: 400, errorType: 'error-invalid-sort' });
    }
  });

  it('finds only what the caller may read, and nothing by the words in other rooms', async () => {
    const own = await insertClosedRoom(service.db, { _id: visitorId, token: unique('earlier') });
    const reader = await insertAgent(service, { statusLivechat: 'not-available' });
    const servedBy = { _id: reader._id, username: reader.username };
    await collection(service.db, 'room').updateOne({ _id: own }, { $set: { servedBy } });
    const found = async (query: object) => (await reader.api.get(pathOf(own, visitorId), { ...query })).body;
    expect(await found({})).toMatchObject({ history: [{ _id: own }], count: 1, total: 1 });
    expect(await found({ searchText: 'Parcel' })).toMatchObject({ history: [], total: 0 });
    expect(await found({ source: 'api' })).toMatchObject({ history: [], total: 0 });
    await collection(service.db, 'room').deleteOne({ _id: own });
  });

  it('finds nothing for an unknown visitor', async () => {
    for (const query of [{}, { searchText: 'any', closedChatsOnly: true }]) {
      const { status, body } = await admin.get(pathOf(openServed, '123'), query);
      expect({ status, body }).toEqual({
        status: 200,
        body: { history: [], count: 0, offset: 0, total: 0, success: true },
      });
    }
  });

  it('is refused for an unknown room, and to users who may not read the room', async () => {
    expect((await admin.get(pathOf(unique('room'), visitorId))).body).toMatchObject({
      success: false,
      error: 'invalid-room',
    });
    const stranger = await insertAgent(service, { statusLivechat: 'not-available' });
    const { status, body } = await stranger.api.get(pathOf(openServed, visitorId));
    expect({ status, error: body.error }).toEqual({ status: 400, error: 'error-not-allowed' });
    expect((await storedRoom(service.db, openServed)).servedBy?._id).toBe(agent._id);
    expect((await agent.api.get(pathOf(openServed, visitorId))).body.total).toBe(2);
  });

  it('is refused without a login or the permission', async () => {
    const { status, body } = await outsider.get(pathOf(openServed, visitorId));
    expect({ status, error: body.error }).toEqual({
      status: 403,
      error: 'User does not have the permissions required for this action [error-unauthorized]',
    });
    expect((await anyone.get(pathOf(openServed, visitorId))).status).toBe(401);
  });
});
