import type { Collection, Db, Filter } from 'mongodb';
import type { RoomSource } from '../../domain/contacts/source.ts';
import { mapEach, type PageRequest } from '../../domain/paging.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type {
  ContactChat,
  FoundChat,
  FoundRooms,
  RoomFilter,
  RoomSearch,
  ServedCount,
  ServedFilter,
} from '../../domain/rooms/room-search.ts';
import { findPage, inPossibleOrder } from '../mongodb/find-page.ts';
import { PageTotals } from '../mongodb/page-totals.ts';
import { readBatches, readIdBatches } from '../mongodb/read-batches.ts';
import { readInOrder } from '../mongodb/read-in-order.ts';
import { soonest } from '../mongodb/soonest.ts';
import { countRooms } from './room-count.ts';
import {
  chatFilter,
  contactRoomsFilter,
  roomFilter,
  visitorRoomsFilter,
  withOpening,
} from './room-filter.ts';
import type { RoomTables } from './room-tables.ts';

const foundChat = {
  fname: 1,
  ts: 1,
  v: 1,
  msgs: 1,
  servedBy: 1,
  closedAt: 1,
  closedBy: 1,
  closer: 1,
  tags: 1,
} as const;

const contactChat = { ...foundChat, source: 1, lastMessage: 1, verified: 1 } as const;

/** If a list takes longer, it is looked for in memory, too, once the rooms have been read into it. */
const slowMs = 300;

/** Finds livechat rooms in `rocketchat_room`. */
export function createRoomSearch(db: Db, tables: RoomTables): RoomSearch {
  const rooms: Collection<Room> = db.collection('rocketchat_room');
  const totals = new PageTotals();
  return {
    listByVisitor: (ofVisitor, page) => findPage(rooms, visitorRoomsFilter(ofVisitor), page, { totals }),
    async readChatIds(ofVisitor, filter, { sort, signal }) {
      const found = rooms.find(chatFilter(ofVisitor, filter), { projection: { _id: 1 }, signal }).sort(sort);
      const batches = await inPossibleOrder(sort, () => readIdBatches(found));
      return mapEach(batches, ({ _id }) => _id);
    },
    listChats: (ofVisitor, filter, page) =>
      findPage<Room, FoundChat>(rooms, chatFilter(ofVisitor, filter), page, {
        projection: foundChat,
        totals,
      }),
    readChats: (ofVisitor, filter, ids, signal) =>
      readInOrder(rooms, ids, { filter: chatFilter(ofVisitor, filter), projection: foundChat, signal }),
    listOfContact: (ofContact, page) =>
      findPage<Room, ContactChat>(rooms, contactRoomsFilter(ofContact), page, { projection: contactChat }),
    async list(filter, page) {
      const inDatabase = (signal: AbortSignal) => listInDatabase(rooms, filter, { ...page, signal }, totals);
      const inMemory = (signal: AbortSignal) => tables.listOnceRead(filter, { ...page, signal });
      const options = { aloneMs: slowMs, signal: page.signal };
      return (await tables.list(filter, page)) ?? soonest(inDatabase, inMemory, options);
    },
    async listNames(filter, limit, signal) {
      const options = { projection: { fname: 1 }, sort: { ts: -1 }, limit, signal } as const;
      const found = await rooms.find(roomFilter(filter), options).toArray();
      return new Map(found.map(({ _id, fname = '' }) => [_id, fname]));
    },
    listByIds(ids, since, signal) {
      const changed: Filter<Room> = since === undefined ? {} : { _updatedAt: { $gt: since } };
      return readBatches(rooms.find({ _id: { $in: [...ids] }, t: 'l', ...changed }, { signal }));
    },
    listSources: (signal) => listSources(rooms, signal),
    countServed: (filter, signal) => countServed(rooms, filter, signal),
  };
}

async function listInDatabase(
  rooms: Collection<Room>,
  filter: RoomFilter,
  page: PageRequest,
  totals: PageTotals,
): Promise<FoundRooms> {
  const { visitors, among, except } = filter;
  const query = roomFilter(filter);
  const count = (signal: AbortSignal) => countRooms(rooms, query, signal);
  // What lists ids is too long to be remembered by.
  const isRemembered = !(visitors || among || except);
  const total = (signal: AbortSignal) =>
    isRemembered ? totals.count(rooms, query, signal, count) : count(signal);
  const found = await findPage(rooms, withOpening(query, filter), page, { count: total });
  return { ...found, isComplete: true };
}

const mostSources = 100;

/** Looks for one source after another, which takes as many steps as there are sources, however many rooms there are. */
async function listSources(rooms: Collection<Room>, signal: AbortSignal): Promise<RoomSource[]> {
  const options = { projection: { source: 1 }, sort: { 'source.type': 1, 'source.id': 1 }, signal } as const;
  const next = (beyond: Filter<Room>) => rooms.findOne({ t: 'l', ...beyond }, options);
  const sources: RoomSource[] = [];
  let found = await next({ 'source.type': { $gt: '' } });
  while (found?.source && sources.length < mostSources) {
    const { type, id, destination: _, label: __, ...shown } = found.source;
    const isApp = type === 'app' && id !== undefined;
    sources.push(isApp ? { type, id, ...shown } : { type });
    const nextApp = isApp ? await next({ 'source.type': type, 'source.id': { $gt: id } }) : null;
    found = nextApp ?? (await next({ 'source.type': { $gt: type } }));
  }
  return sources;
}

async function countServed(
  rooms: Collection<Room>,
  { agentId, departmentId }: ServedFilter,
  signal: AbortSignal,
): Promise<ServedCount[]> {
  const served: Filter<Room> = {
    t: 'l',
    open: true,
    'servedBy._id': agentId ?? { $exists: true },
    ...(departmentId !== undefined && { departmentId }),
  };
  const groups = rooms.aggregate<{ _id: { agent: string; department?: string }; chats: number }>(
    [
      { $match: served },
      { $group: { _id: { agent: '$servedBy._id', department: '$departmentId' }, chats: { $sum: 1 } } },
    ],
    { signal },
  );
  return (await groups.toArray()).map(({ _id: { agent, department }, chats }) => ({
    agentId: agent,
    departmentId: department,
    chats,
  }));
}
