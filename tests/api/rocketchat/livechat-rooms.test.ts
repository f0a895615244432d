import type { RoomSearch } from '../../../src/domain/rooms/room-search.ts';
import {
  type Agent,
  createDepartment,
  insertAgent,
  startChat,
  storedRoom,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection } from '../../support/visitors.ts';
import { whileReplaced } from '../../support/while-replaced.ts';

const { service, anyone, admin, outsider } = useService();

const day = (of: number) => new Date(Date.UTC(2024, 4, of, 12));

/** Four rooms, a day apart: the first closed, the last without an agent. */
let closed: string;
let sales: string;
let held: string;
let queued: string;
let ann: Agent;
let bob: Agent;
let department: string;

beforeAll(async () => {
  const change = (rid: string, $set: Record<string, unknown>, $unset: Record<string, 1> = {}) =>
    collection(service.db, 'room').updateOne({ _id: rid }, { $set, $unset });
  ann = await insertAgent(service, { username: 'ann-rooms' });
  bob = await insertAgent(service, { username: 'bob-rooms', statusLivechat: 'not-available' });
  department = await createDepartment(admin, [ann], { name: 'Sales' });
  const open = async (name: string, given: object = {}) => (await startChat(anyone, { name, ...given })).rid;
  closed = await open('Ida');
  sales = await open('Jon (Jr.)', { department });
  held = await open('Kim');
  queued = await open('Ida Lee');
  const servedByBob = { _id: bob._id, username: bob.username, ts: day(1) };
  const gone = { closedAt: day(9), tags: ['refund', 'late'], servedBy: servedByBob };
  await change(closed, { ts: day(1), ...gone }, { open: 1 });
  await change(sales, { ts: day(2), livechatData: { plan: 'Gold (yearly)', seat: '7' }, tags: ['vip'] });
  await change(held, { ts: day(3), onHold: true });
  await change(queued, { ts: day(4) }, { servedBy: 1 });
});

const list = (query: object = {}) => admin.get('livechat/rooms', { ...query });
const found = async (query: object) => {
  const { status, body } = await list(query);
  expect({ status, total: body.total }).toEqual({ status: 200, total: body.rooms?.length });
  return body.rooms.map(({ _id }: { _id: string }) => _id);
};

describe('livechat/rooms', () => {
  it('returns whole rooms, newest first, with the names of their departments', async () => {
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['rooms', 'count', 'offset', 'total', 'success']);
    expect(body).toMatchObject({ count: 4, offset: 0, total: 4, success: true });
    const stored = await Promise.all([queued, held, sales, closed].map((rid) => storedRoom(service.db, rid)));
    const expected = stored.map((room) =>
      room._id === sales ? { ...room, department: { _id: department, name: 'Sales' } } : room,
    );
    expect(body.rooms).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it('returns one page of them, in an order that an index has', async () => {
    const { body } = await list({ count: 2, offset: 1, sort: '{"ts":1}' });
    expect(body).toMatchObject({ rooms: [{ _id: sales }, { _id: held }], count: 2, offset: 1, total: 4 });
    expect(await found({ sort: '{"fname":1}' })).toEqual([closed, queued, sales, held]);
    expect(await found({ sort: '{"closedAt":-1}' })).toHaveLength(4);
    expect((await list({ count: 0 })).body.count).toBe(4);
  });

  it('sorts open rooms, or some agents’ rooms, in any order, and refuses that for others', async () => {
    const sort = '{"lm":-1}';
    expect(await found({ sort, open: true })).toEqual([sales]);
    expect(await found({ sort, agents: [ann._id] })).toHaveLength(2);
    expect((await list({ sort })).body).toMatchObject({ success: false, errorType: 'error-invalid-sort' });
  });

  it('filters by agents, by their ids or names', async () => {
    expect(await found({ agents: [bob._id] })).toEqual([closed]);
    expect(await found({ agents: ann.username })).toEqual([held, sales]);
    expect(await found({ agents: [ann._id, bob._id] })).toEqual([held, sales, closed]);
    expect(await found({ agents: ['nobody'] })).toEqual([]);
  });

  it('filters by department', async () => {
    expect(await found({ departmentId: department })).toEqual([sales]);
    expect(await found({ departmentId: [department, 'other'] })).toEqual([sales]);
    expect(await found({ departmentId: 'other' })).toEqual([]);
    expect(await found({ departmentId: 'undefined' })).toHaveLength(4);
  });

  it('filters by state: open and served, closed, queued, on hold', async () => {
    expect(await found({ open: true })).toEqual([sales]);
    expect(await found({ open: false })).toEqual([closed]);
    expect(await found({ queued: true })).toEqual([queued]);
    expect(await found({ onhold: true })).toEqual([held]);
    expect(await found({ onhold: true, open: true })).toEqual([held]);
    expect(await found({ onhold: true, queued: true })).toEqual([queued]);
    expect(await found({ onhold: false })).toHaveLength(4);
    expect(await found({ open: 'maybe' })).toHaveLength(4);
  });

  it('filters by when rooms were opened and closed, inclusive', async () => {
    const period = (start?: Date, end?: Date) => JSON.stringify({ start, end });
    expect(await found({ createdAt: period(day(2), day(3)) })).toEqual([held, sales]);
    expect(await found({ createdAt: period(day(4)) })).toEqual([queued]);
    expect(await found({ createdAt: period(undefined, day(1)) })).toEqual([closed]);
    expect(await found({ closedAt: period(day(9), day(9)) })).toEqual([closed]);
    expect(await found({ closedAt: period(undefined, day(8)) })).toEqual([]);
    expect(await found({ createdAt: '{}' })).toHaveLength(4);
    const dayOf = (date: Date) => date.toISOString().slice(0, 10);
    const from = (start: Date, end: Date) => JSON.stringify({ start: dayOf(start), end: dayOf(end) });
    expect(await found({ createdAt: from(day(2), day(3)) })).toEqual([held, sales]);
    expect(await found({ closedAt: from(day(9), day(9)) })).toEqual([closed]);
    expect(await found({ closedAt: from(day(8), day(8)) })).toEqual([]);
  });

  it('filters by any of several tags', async () => {
    expect(await found({ tags: ['refund'] })).toEqual([closed]);
    expect(await found({ tags: ['late', 'vip'] })).toEqual([sales, closed]);
    expect(await found({ tags: 'ref' })).toEqual([]);
  });

  it('filters by parts of several custom fields at once, ignoring case', async () => {
    const of = (fields: object) => found({ customFields: JSON.stringify(fields) });
    expect(await of({ plan: 'gold (Y' })).toEqual([sales]);
    expect(await of({ plan: 'gold', seat: '7' })).toEqual([sales]);
    expect(await of({ plan: 'gold', seat: '8' })).toEqual([]);
    expect(await of({ plan: '.*' })).toEqual([]);
  });

  it('filters by a part of the name, ignoring case and taking special characters literally', async () => {
    expect(await found({ roomName: 'ida' })).toEqual([queued, closed]);
    expect(await found({ roomName: '(jr.)' })).toEqual([sales]);
    expect(await found({ roomName: 'i.a' })).toEqual([]);
  });

  it('says if older rooms may be missing, since the names of all have not been read yet', async () => {
    const headerOf = async () => (await list({ roomName: 'ida' })).headers['x-foyer-search'];
    expect(await headerOf()).toBeUndefined();
    const { roomSearch } = service.deps;
    const { list: whole } = roomSearch;
    const partial: RoomSearch['list'] = async (...given) => ({
      ...(await whole(...given)),
      isComplete: false,
    });
    await whileReplaced(roomSearch, { list: partial }, async () => expect(await headerOf()).toBe('partial'));
  });

  it('filters by the whole name, if that is in quotation marks', async () => {
    expect(await found({ roomName: '"Ida"' })).toEqual([closed]);
    expect(await found({ roomName: '"ida"' })).toEqual([]);
    expect(await found({ roomName: '"Ida' })).toEqual([]);
    expect(await found({ roomName: '""' })).toEqual([]);
  });

  it('filters by all of these at once', async () => {
    const query = { agents: [ann._id], open: true, departmentId: department, tags: ['vip'], roomName: 'jon' };
    expect(await found(query)).toEqual([sales]);
    expect(await found({ ...query, tags: ['refund'] })).toEqual([]);
  });
});

describe('livechat/rooms refuses', () => {
  const refusal = async (query: object) => {
    const { status, body } = await list(query);
    expect(body.success).toBe(false);
    return { status, error: body.error };
  };

  it.each([
    ['createdAt', '{"start":"soon"}', 'The "createdAt.start" query parameter must be a valid date.'],
    ['createdAt', '{"end":"soon"}', 'The "createdAt.end" query parameter must be a valid date.'],
    ['closedAt', '{"start":"2024-13-41"}', 'The "closedAt.start" query parameter must be a valid date.'],
    ['closedAt', '{"end":{"$gt":""}}', 'The "closedAt.end" query parameter must be a valid date.'],
    ['createdAt', 'invalid', 'The "createdAt" query parameter must be a valid JSON.'],
    ['closedAt', '[1]', 'The "closedAt" query parameter must be a valid JSON.'],
    ['customFields', 'invalid', 'The "customFields" query parameter must be a valid JSON.'],
    ['customFields', '["a"]', 'The "customFields" query parameter must be a valid JSON.'],
    ['customFields', '{"plan":{"$ne":""}}', 'The "customFields" query parameter must be a valid JSON.'],
    ['customFields', '{"$where":"1"}', 'The "customFields" query parameter must be a valid JSON.'],
    ['roomName[]', 'Ida', 'must be string [invalid-params]'],
    ['what', 'ever', 'must NOT have additional properties [invalid-params]'],
  ])('%s=%s', async (name, value, error) => {
    expect(await refusal({ [name]: value })).toEqual({ status: 400, error });
  });

  it('users who may not see rooms, and agents who ask for rooms other than their own', async () => {
    const forbidden = { status: 403, body: { success: false, error: 'unauthorized' } };
    const ask = async (api: typeof admin, query: object = {}) => {
      const { status, body } = await api.get('livechat/rooms', { ...query });
      return { status, body };
    };
    expect(await ask(outsider)).toEqual(forbidden);
    expect(await ask(outsider, { agents: ['self'] })).toEqual(forbidden);
    expect(await ask(ann.api)).toEqual(forbidden);
    expect(await ask(ann.api, { agents: [bob._id] })).toEqual(forbidden);
    expect(await ask(ann.api, { agents: [ann._id, bob._id] })).toEqual(forbidden);
    expect(await ask(ann.api, { agents: [ann._id] })).toMatchObject({ status: 200, body: { total: 2 } });
    expect((await anyone.get('livechat/rooms')).status).toBe(401);
  });
});
