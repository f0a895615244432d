import fc from 'fast-check';
import type { Room } from '../../../src/domain/rooms/room.ts';
import { foldCase } from '../../../src/domain/text/case-folding.ts';
import { inSlices } from '../../../src/storage/memory-table/time-slices.ts';
import { RoomTable, type RoomTableQuery, roomStates } from '../../../src/storage/rooms/room-table.ts';

const { open, hasOpen, onHold, served } = roomStates;
const invalidDate = new Date(Number.NaN);

const some = <T>(...values: readonly T[]) => fc.constantFrom(undefined, ...values);
const name = some(
  '',
  'Ann',
  'ann',
  'Anna',
  'Hanna',
  'Änne',
  'ÄNNE',
  'Ann\u212a',
  '😀 Ann',
  '张伟',
  'Ünal 😀',
);
const date = some(...[-1, 0, 1, 2, 10 ** 12, 8.64e15].map((ms) => new Date(ms)), invalidDate);
const text = some<unknown>('Order 1', 'ORDER 12', 'größer', ['order 2', 'x'], 12);
const room = fc.record({
  _id: fc.constantFrom(...Array.from({ length: 12 }, (_, n) => `${'room'.repeat(n % 4)}${n}`)),
  t: fc.constantFrom('l', 'l', 'l', 'c'),
  fname: name,
  ts: date,
  closedAt: date,
  lm: date,
  open: some(true, false),
  onHold: some(true),
  departmentId: some('sales', 'support'),
  tags: some([], ['vip'], ['vip', 'new']),
  servedBy: some({ _id: 'agent-1', username: 'ada' }, { _id: 'agent-2', username: 'bob' }),
  livechatData: text.map((order) => ({ order })),
}) as unknown as fc.Arbitrary<Room>;
/** What happens to rooms: they are stored, changed, or deleted by their id. */
const changes = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: room },
    room.map(({ _id }) => _id),
  ),
  {
    maxLength: 40,
  },
);
/** Mostly nothing is asked for, so that many rooms are found. */
const seldom = <T>(...values: readonly T[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.constantFrom(...values));
const query = fc.record({
  namePart: seldom('a', 'an', 'ANN', 'anna', 'änn', 'n😀', '😀', '张', 'nk'),
  name: seldom('Ann', 'Änne', '张伟', 'Ünal 😀'),
  customFields: seldom('order 1', 'R', 'GRÖß').map((order) => (order === undefined ? {} : { order })),
  agents: seldom(['ada'], ['agent-1', 'bob']),
  departments: seldom(['sales'], ['sales', 'support']),
  tags: seldom(['vip'], ['new', 'old']),
  openedIn: seldom({ start: new Date(0) }, { end: new Date(1) }),
  closedIn: seldom({ start: new Date(1), end: new Date(8.64e15) }),
  states: seldom({ all: open, none: onHold }, { all: served, none: hasOpen }, { all: onHold, none: 0 }).map(
    (states) => states ?? { all: 0, none: 0 },
  ),
  sort: fc.record({
    field: fc.constantFrom('ts', 'closedAt', 'lm', 'fname'),
    direction: fc.constantFrom(1, -1),
  }),
  offset: fc.nat(4),
  limit: fc.integer({ min: 1, max: 12 }),
}) as fc.Arbitrary<RoomTableQuery>;

const textsOf = (value: unknown): string[] => [value].flat().filter((each) => typeof each === 'string');
const hasPart = (value: unknown, part: string): boolean =>
  textsOf(value).some((each) => foldCase(each).includes(foldCase(part)));

function isWithin(value: Date | undefined, period: RoomTableQuery['openedIn']): boolean {
  if (period === undefined) return true;
  const at = value?.getTime() ?? Number.NaN;
  return at >= (period.start?.getTime() ?? -8.64e15) && at <= (period.end?.getTime() ?? 8.64e15);
}

function statesOf(each: Room): number {
  const isOpen = (each.open === true ? open : 0) | (each.open === undefined ? 0 : hasOpen);
  return isOpen | (each.onHold ? onHold : 0) | (each.servedBy ? served : 0);
}

/** Whether a room is to be found, one condition after the other. */
function isMatch(each: Room, wanted: RoomTableQuery): boolean {
  const { namePart, name: whole, agents, departments, tags, customFields } = wanted;
  const { servedBy, departmentId = '' } = each;
  return [
    whole === undefined ? namePart === undefined || hasPart(each.fname, namePart) : each.fname === whole,
    Object.values(customFields).every((part) => hasPart(each.livechatData?.order, part)),
    !agents || agents.some((agent) => agent === servedBy?._id || agent === servedBy?.username),
    !departments || departments.includes(departmentId),
    !tags || tags.some((tag) => each.tags?.includes(tag)),
    isWithin(each.ts, wanted.openedIn),
    isWithin(each.closedAt, wanted.closedIn),
    (statesOf(each) & wanted.states.all) === wanted.states.all,
    (statesOf(each) & wanted.states.none) === 0,
  ].every(Boolean);
}

/** Nothing comes first, then dates by their time and names by their bytes; rooms that are alike are sorted by id. */
function inOrderOf({ field, direction }: RoomTableQuery['sort']): (one: Room, other: Room) => number {
  const bytesOf = (each: Room) => Buffer.from(each.fname === undefined ? '' : `\u0002${each.fname}`);
  const timeOf = (each: Room, dated: 'ts' | 'closedAt' | 'lm') => {
    const time = each[dated]?.getTime() ?? Number.NaN;
    return Number.isNaN(time) ? -1e16 : time;
  };
  return (one, other) => {
    const order =
      field === 'fname'
        ? Buffer.compare(bytesOf(one), bytesOf(other))
        : timeOf(one, field) - timeOf(other, field);
    return direction * (order || Buffer.compare(Buffer.from(one._id), Buffer.from(other._id)));
  };
}

const pageOf = (rooms: readonly Room[], wanted: RoomTableQuery) => {
  const found = rooms.filter((each) => isMatch(each, wanted)).sort(inOrderOf(wanted.sort));
  const ids = found.map(({ _id }) => _id).slice(wanted.offset, wanted.offset + wanted.limit);
  return { ids, total: found.length };
};

describe('the table of rooms', () => {
  it('finds what looking at each room would find, whatever has become of them', async () => {
    await fc.assert(
      fc.asyncProperty(changes, fc.array(query, { minLength: 1 }), async (happened, queries) => {
        const table = new RoomTable(['order']);
        const rooms = new Map<string, Room>();
        for (const change of happened) {
          const id = typeof change === 'string' ? change : change._id;
          rooms.delete(id);
          if (typeof change === 'string') table.remove(id);
          else {
            table.put(change);
            if (change.t === 'l') rooms.set(id, change);
          }
        }
        for (const wanted of queries)
          expect(await inSlices(table.find(wanted))).toEqual(pageOf([...rooms.values()], wanted));
        expect(table.count).toBe(rooms.size);
      }),
      { numRuns: 300 },
    );
  });

  it('finds a room by all of a name whose letters would be cut in half where it is cut', async () => {
    const table = new RoomTable([]);
    const long = `${'n'.repeat(298)}😀`;
    const wanted = { customFields: {}, states: { all: 0, none: 0 }, offset: 0, limit: 5 };
    table.put({ _id: 'a', t: 'l', fname: long });
    for (const each of [long, `${long} Ann`]) {
      table.put({ _id: 'a', t: 'l', fname: each });
      const query = { ...wanted, name: each, sort: { field: 'fname', direction: 1 } } as const;
      expect((await inSlices(table.find(query))).ids).toEqual(['a']);
    }
  });
});
