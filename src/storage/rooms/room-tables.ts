import type { Collection } from 'mongodb';
import type { PageRequest } from '../../domain/paging.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { FoundRooms, RoomFilter } from '../../domain/rooms/room-search.ts';
import { SliceScheduler } from '../memory-table/slice-scheduler.ts';
import { findVerified } from '../memory-table/verified-page.ts';
import { pause } from '../mongodb/pause.ts';
import { readInOrder } from '../mongodb/read-in-order.ts';
import {
  createHeldTable,
  type Held,
  type HeldTable,
  type HeldTableTiming,
} from '../text-search/held-table.ts';
import { createDeletionWatch, type DeletionWatch } from './room-deletions.ts';
import { roomFilter } from './room-filter.ts';
import { RoomTable, type RoomTableQuery, roomFields } from './room-table.ts';
import { hasTextPart, isServedByIndex, roomTableQuery } from './room-table-query.ts';

/** Lists of rooms that no index serves. */
export interface RoomTables {
  /**
   * A page of the rooms that pass. Null if the database is to be asked: it finds them as well by an index, or only it
   * knows what is asked for, or the rooms have not been read yet and the filter can do without.
   */
  list(filter: RoomFilter, page: PageRequest): Promise<FoundRooms | null>;
  /**
   * The same page as soon as all rooms have been read, which begins unless it has begun; or, if that takes too long, of
   * those read so far. Null if the rooms cannot be read, or their table is of no use for the page.
   */
  listOnceRead(filter: RoomFilter, page: PageRequest): Promise<FoundRooms | null>;
}

/** A page is waited for so long that is found among all rooms only: after thirty seconds, a request is refused. */
const patientForMs = 20_000;

/** So many custom fields are kept in memory, of those that somebody looked for last. */
const mostFields = 2;

/** A table of rooms with some custom fields, and the look for rooms in it that have been deleted. */
interface HeldRooms {
  readonly fields: readonly string[];
  readonly held: HeldTable<RoomTable>;
  readonly withoutDeleted: DeletionWatch;
  readonly scheduler: SliceScheduler;
}

/**
 * Finds rooms of `rocketchat_room` in memory: by parts of texts, for which it reads them, and by other filters if it has
 * them.
 * @param patienceMs how long `listOnceRead` waits until all have been read.
 */
export function createRoomTables(
  rooms: Collection<Room>,
  time: HeldTableTiming,
  patienceMs = patientForMs,
): RoomTables {
  let current = holdRooms(rooms, [], time);
  const withFields = (asked: readonly string[]): HeldRooms => {
    const { fields, held } = current;
    if (asked.every((field) => fields.includes(field))) return current;
    held.forget();
    const kept = [...new Set([...asked, ...fields])].slice(0, Math.max(mostFields, asked.length));
    current = holdRooms(rooms, kept, time);
    return current;
  };
  /** What finds the page; null if there is an index for it, or a table does not have what it takes. */
  const pageFinder = (filter: RoomFilter, page: PageRequest) => {
    const query = roomTableQuery(filter, page);
    if (!query || isServedByIndex(filter, page)) return null;
    const holding = withFields(Object.keys(query.customFields));
    const find = (found: Held<RoomTable>) => findPage(rooms, holding, found, { query, filter, page });
    return { held: holding.held, find };
  };
  return {
    async list(filter, page) {
      const finder = pageFinder(filter, page);
      if (!finder) return null;
      const isNeeded = hasTextPart(filter);
      if (isNeeded) finder.held.begin();
      const found = await finder.held.get(isNeeded ? time.readTimeoutMs : 0, page.signal);
      return found && (found.isWhole || isNeeded) ? finder.find(found) : null;
    },
    async listOnceRead(filter, page) {
      const finder = pageFinder(filter, page);
      if (!finder) return null;
      const { held, find } = finder;
      const until = time.elapsedMs() + patienceMs;
      held.begin();
      const found = await held.get(held.readingForMs + patienceMs, page.signal);
      // If there are too many for the memory, the database may still find all of them.
      if (found?.isWhole === false) await pause(Math.max(0, until - time.elapsedMs()), page.signal);
      return found && find(found);
    },
  };
}

interface AskedPage {
  readonly query: RoomTableQuery;
  readonly filter: RoomFilter;
  readonly page: PageRequest;
}

async function findPage(
  rooms: Collection<Room>,
  { held, withoutDeleted, scheduler }: HeldRooms,
  { table, isWhole }: Held<RoomTable>,
  { query, filter, page: { signal } }: AskedPage,
): Promise<FoundRooms> {
  if (isWhole) await withoutDeleted(table, signal);
  const verified = await findVerified({
    find: () => scheduler.run(table.find(query), signal),
    read: (ids) => readInOrder(rooms, ids, { filter: roomFilter(filter), signal }),
    refresh: held.refresh,
  });
  return { ...verified, isComplete: isWhole };
}

/** The newest rooms are read first, since their list is what people open. */
function holdRooms(rooms: Collection<Room>, fields: readonly string[], time: HeldTableTiming): HeldRooms {
  const make = () => new RoomTable(fields);
  const kind = { filter: { t: 'l' }, sort: { ts: -1 }, fields: roomFields(fields), make } as const;
  const held = createHeldTable<Room, RoomTable>(rooms, kind, time);
  const scheduler = new SliceScheduler();
  return { fields, held, withoutDeleted: createDeletionWatch(rooms, held), scheduler };
}
