import type { Collection } from 'mongodb';
import { collect, type PageRequest } from '../../src/domain/paging.ts';
import type { Room } from '../../src/domain/rooms/room.ts';
import type { RoomFilter } from '../../src/domain/rooms/room-search.ts';
import type { RoomTables } from '../../src/storage/rooms/room-tables.ts';
import { heldTableTiming } from '../../src/storage/text-search/held-table.ts';
import { patient } from './paging.ts';

/** Tables that are kept for a minute. */
export const timing = heldTableTiming(() => new Date(), 60_000);

const firstDay = Date.UTC(2026, 0, 1);
export const at = (minute: number) => new Date(firstDay + minute * 60_000);

/** The first page of rooms, the newest first. */
export const page: PageRequest = { count: 50, offset: 0, sort: { ts: -1 }, signal: patient };

/** Stores a livechat room, opened in the given minute. */
export const storeRoom = (
  rooms: Collection<Room>,
  minute: number,
  room: Record<string, unknown> & { _id: string },
) => rooms.insertOne({ t: 'l', ts: at(minute), _updatedAt: new Date(), ...room } as Room);

/** The ids of a page that tables find, and how many match; null if they leave it to the database. */
export async function listed(from: RoomTables, filter: RoomFilter, given: Partial<PageRequest> = {}) {
  const found = await from.list(filter, { ...page, ...given });
  return found && { ids: (await collect(found.items)).map(({ _id }) => _id), total: found.total };
}
