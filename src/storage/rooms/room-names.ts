import type { Collection, Filter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Room } from '../../domain/rooms/room.ts';
import { sharedRead } from '../../domain/shared-read.ts';
import { inSlices } from '../memory-table/time-slices.ts';
import { createDatePass } from '../mongodb/date-pass.ts';
import { type FollowingTiming, overlapMs } from '../mongodb/watermark.ts';
import { within } from '../mongodb/within.ts';
import { NameTable } from './name-table.ts';

/** Finds the names that rooms have, or have had, by a part of them. */
export interface RoomNames {
  /**
   * The names that contain a text, ignoring case. Null if they cannot be told soon, as after the first search for
   * names, or if there are too many of them to ask for rooms by their names.
   * @param signal aborts when nobody waits for them any more.
   */
  find(text: string, signal: AbortSignal): Promise<readonly string[] | null>;
}

export interface RoomNamesTiming extends FollowingTiming {
  /** How long a search waits for the names to be read. */
  readonly readTimeoutMs: number;
}

export const roomNamesTiming = (now: Clock): RoomNamesTiming => ({
  now,
  elapsedMs: () => performance.now(),
  readTimeoutMs: 1_000,
});

/** What nobody has asked for so long is read again. */
const keptMs = 10 * 60_000;
const batchSize = 1_000;
const mostNames = 50_000;
const mostBytes = 256 * 1024 * 1024;

interface Table {
  readonly names: NameTable;
  /** Takes in the names of rooms that were written since the last call, or since the table was begun. */
  catchUp(): Promise<void>;
  /** Resolves when the names of all rooms have been read, to whether they are of use. */
  readonly isReady: Promise<boolean>;
}

/**
 * Reads the names of rooms into memory when somebody first searches for one, and keeps them for as long as somebody
 * does. Names that no room has any more are kept, too: they find nothing.
 */
export function createRoomNames(rooms: Collection<Room>, time: RoomNamesTiming): RoomNames {
  let table: Table | undefined;
  let idle: NodeJS.Timeout | undefined;
  const forget = () => {
    clearTimeout(idle);
    table = undefined;
  };

  return {
    async find(text, signal) {
      clearTimeout(idle);
      idle = setTimeout(forget, keptMs).unref();
      table ??= beginTable(rooms, time);
      const { names, catchUp, isReady } = table;
      try {
        if ((await within(isReady, time.readTimeoutMs)) !== true) return null;
        await catchUp();
        return await inSlices(names.find(text, mostNames), signal);
      } catch {
        signal.throwIfAborted();
        // Rooms can be found without their names, if it takes longer; the next search tries again.
        forget();
        return null;
      }
    },
  };
}

function beginTable(rooms: Collection<Room>, time: RoomNamesTiming): Table {
  const names = new NameTable();
  const startAt = new Date(time.now().getTime() - overlapMs);
  const datePass = createDatePass(rooms, time, startAt, { _updatedAt: 1, _id: 1 });
  /** @returns the id of the last room, if there may be more behind it. */
  const read = async (filter: Filter<Room>): Promise<string | undefined> => {
    const found = await rooms
      .find(filter, { projection: { fname: 1, t: 1 }, sort: { _id: 1 }, limit: batchSize })
      .toArray();
    await inSlices(takeIn(names, found));
    return found.at(batchSize - 1)?._id;
  };
  const readAll = async (): Promise<boolean> => {
    for (let last: string | undefined = ''; last !== undefined; ) {
      last = await read({ _id: { $gt: last } });
      if (names.bytes > mostBytes) return false;
    }
    return true;
  };
  const catchUp = sharedRead(() =>
    datePass.run(async (ids) => {
      await read({ _id: { $in: [...ids] } });
    }),
  );
  return { names, catchUp, isReady: readAll() };
}

function* takeIn(names: NameTable, rooms: readonly Pick<Room, 'fname' | 't'>[]): Generator<void> {
  for (const { fname, t } of rooms) {
    if (t === 'l' && typeof fname === 'string') names.add(fname);
    yield;
  }
}
