import type { Collection } from 'mongodb';
import type { PageRequest } from '../../domain/paging.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { FoundRooms, RoomFilter } from '../../domain/rooms/room-search.ts';
import { inSlices } from '../memory-table/time-slices.ts';
import { findVerified } from '../memory-table/verified-page.ts';
import { readInOrder } from '../mongodb/read-in-order.ts';
import { createHeldTable, type HeldTable, type HeldTableTiming } from '../text-search/held-table.ts';
import { createDeletionWatch, type DeletionWatch } from './room-deletions.ts';
import { roomFilter } from './room-filter.ts';
import { RoomTable, roomFields } from './room-table.ts';
import { hasTextPart, isServedByIndex, roomTableQuery } from './room-table-query.ts';

/** Lists of rooms that no index serves. */
export interface RoomTables {
  /**
   * A page of the rooms that pass. Null if the database is to be asked: it finds them as well by an index, or only it
   * knows what is asked for, or the rooms have not been read yet and the filter can do without.
   */
  list(filter: RoomFilter, page: PageRequest): Promise<FoundRooms | null>;
  /** Begins to read the rooms, since the database takes long without. */
  begin(): void;
}

/** So many custom fields are kept in memory, of those that somebody looked for last. */
const mostFields = 2;

/** A table of rooms with some custom fields, and the look for rooms in it that have been deleted. */
interface HeldRooms {
  readonly fields: readonly string[];
  readonly held: HeldTable<RoomTable>;
  readonly withoutDeleted: DeletionWatch;
}

/**
 * Finds rooms of `rocketchat_room` in memory: by parts of texts, for which it reads them, and by other filters if it has
 * them.
 */
export function createRoomTables(rooms: Collection<Room>, time: HeldTableTiming): RoomTables {
  let current = holdRooms(rooms, [], time);
  const withFields = (asked: readonly string[]): HeldRooms => {
    const { fields, held } = current;
    if (asked.every((field) => fields.includes(field))) return current;
    held.forget();
    const kept = [...new Set([...asked, ...fields])].slice(0, Math.max(mostFields, asked.length));
    current = holdRooms(rooms, kept, time);
    return current;
  };
  return {
    begin: () => current.held.begin(),
    async list(filter, page) {
      const query = roomTableQuery(filter, page);
      if (!query || isServedByIndex(filter, page)) return null;
      const { held, withoutDeleted } = withFields(Object.keys(query.customFields));
      const isNeeded = hasTextPart(filter);
      if (isNeeded) held.begin();
      const found = await held.get(isNeeded ? time.readTimeoutMs : 0, page.signal);
      if (!found || !(found.isWhole || isNeeded)) return null;
      const { table, isWhole } = found;
      if (isWhole) await withoutDeleted(table, page.signal);
      const { signal } = page;
      const verified = await findVerified({
        find: () => inSlices(table.find(query), signal),
        read: (ids) => readInOrder(rooms, ids, { filter: roomFilter(filter), signal }),
        refresh: held.refresh,
      });
      return { ...verified, isComplete: isWhole };
    },
  };
}

/** The newest rooms are read first, since their list is what people open. */
function holdRooms(rooms: Collection<Room>, fields: readonly string[], time: HeldTableTiming): HeldRooms {
  const make = () => new RoomTable(fields);
  const kind = { filter: { t: 'l' }, sort: { ts: -1 }, fields: roomFields(fields), make } as const;
  const held = createHeldTable<Room, RoomTable>(rooms, kind, time);
  return { fields, held, withoutDeleted: createDeletionWatch(rooms, held) };
}
