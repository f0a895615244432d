import type { Collection } from 'mongodb';
import type { Room } from '../../domain/rooms/room.ts';
import { within } from '../mongodb/within.ts';
import type { HeldTable } from '../text-search/held-table.ts';
import { countRooms } from './room-count.ts';
import type { RoomTable } from './room-table.ts';

const idsAtATime = 1_000;
/** A search waits so long until the deleted rooms have been found; then its total may have some too many. */
const waitMs = 100;

/** Takes rooms out of the table that are in the database no more. */
export type DeletionWatch = (table: RoomTable, signal: AbortSignal) => Promise<void>;

/**
 * Makes a look for rooms that have been deleted, which leaves no date to find them by: if the table has more rooms than
 * the database, it is compared with the database.
 */
export function createDeletionWatch(
  rooms: Collection<Room>,
  held: Pick<HeldTable<RoomTable>, 'refresh'>,
): DeletionWatch {
  /** So many more there were when all had been compared: databases count documents by an estimate. */
  let known = 0;
  let comparing: Promise<void> | undefined;

  const excessOf = async (table: RoomTable, signal?: AbortSignal): Promise<number> =>
    table.count - (await countRooms(rooms, { t: 'l' }, signal));
  const compare = async (table: RoomTable): Promise<void> => {
    for (let some = table.idsFrom(0, idsAtATime); some; some = table.idsFrom(some.next, idsAtATime)) {
      const options = { projection: { _id: 1 }, batchSize: idsAtATime + 1 } as const;
      const found = await rooms.find({ _id: { $in: some.ids } }, options).toArray();
      const there = new Set(found.map(({ _id }) => _id));
      await held.refresh(some.ids.filter((id) => !there.has(id)));
    }
    known = Math.max(0, await excessOf(table));
  };

  return async (table, signal) => {
    if ((await excessOf(table, signal)) <= known) return;
    comparing ??= compare(table)
      // The next search tries again.
      .catch(() => undefined)
      .finally(() => {
        comparing = undefined;
      });
    await within(comparing, waitMs, signal);
  };
}
