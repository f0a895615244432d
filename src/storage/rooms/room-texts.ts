import { LRUCache } from 'lru-cache';
import type { Collection, Filter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import { customFieldValue } from '../../domain/custom-fields/custom-field.ts';
import type { Room } from '../../domain/rooms/room.ts';
import { sharedRead } from '../../domain/shared-read.ts';
import { inSlices } from '../memory-table/time-slices.ts';
import { createDatePass } from '../mongodb/date-pass.ts';
import { type FollowingTiming, overlapMs } from '../mongodb/watermark.ts';
import { within } from '../mongodb/within.ts';
import { TextTable } from './text-table.ts';

/** Finds the texts of one kind that rooms have, or have had, by a part of them. */
export interface TextSearch {
  /**
   * The keys of the texts that contain a text, ignoring case. Null if they cannot be told soon, as after the first search
   * of this kind, or if there are too many of them to ask for rooms by.
   * @param signal aborts when nobody waits for them any more.
   */
  find(text: string, signal: AbortSignal): Promise<readonly string[] | null>;
  /** Gives the memory back; the next search reads the texts again. */
  forget(): void;
}

export interface RoomTextsTiming extends FollowingTiming {
  /** How long a search waits for the texts to be read. */
  readonly readTimeoutMs: number;
}

export const roomTextsTiming = (now: Clock): RoomTextsTiming => ({
  now,
  elapsedMs: () => performance.now(),
  readTimeoutMs: 1_000,
});

/** What nobody has asked for so long is read again. */
const keptMs = 10 * 60_000;
const batchSize = 1_000;
const mostKeys = 50_000;
const mostBytes = 256 * 1024 * 1024;

/** Which texts of a room are looked for. */
interface TextKind {
  /** Where rooms have them. */
  readonly path: string;
  /** The texts of a room, and what each is found as. */
  textsOf(room: Room): readonly { readonly key: string; readonly text: string }[];
}

interface Table {
  readonly texts: TextTable;
  /** Takes in the texts of rooms that were written since the last call, or since the table was begun. */
  catchUp(): Promise<void>;
  /** Resolves when the texts of all rooms have been read, to whether they are of use. */
  readonly isReady: Promise<boolean>;
  /** Ends the reading. */
  stop(): void;
}

/** The names of rooms, each found as itself. */
const names: TextKind = {
  path: 'fname',
  textsOf: ({ fname }) => (typeof fname === 'string' ? [{ key: fname, text: fname }] : []),
};

/** A custom field's values, found as the ids of the rooms that have them. */
const valuesOf = (field: string): TextKind => ({
  path: `livechatData.${field}`,
  textsOf: ({ _id, livechatData }) =>
    [customFieldValue(livechatData, field)]
      .flat()
      .filter((text) => typeof text === 'string')
      .map((text) => ({ key: _id, text })),
});

/** The texts that rooms are found by a part of. */
export interface RoomTexts {
  /** Names, each found as itself. */
  readonly names: TextSearch;
  /** The values of a custom field, each found as the ids of the rooms that have it. */
  valuesOf(field: string): TextSearch;
}

/** The values of no more fields are held in memory at a time: of those that somebody looked for last. */
const mostFields = 2;

/** Finds rooms in `rocketchat_room` by parts of texts. */
export function createRoomTexts(rooms: Collection<Room>, time: RoomTextsTiming): RoomTexts {
  const fields = new LRUCache<string, TextSearch>({ max: mostFields, dispose: (texts) => texts.forget() });
  return {
    names: createTextSearch(rooms, names, time),
    valuesOf(field) {
      const texts = fields.get(field) ?? createTextSearch(rooms, valuesOf(field), time);
      if (!fields.has(field)) fields.set(field, texts);
      return texts;
    },
  };
}

/**
 * Reads texts of rooms into memory when somebody first searches for one, and keeps them for as long as somebody does.
 * Texts that no room has any more are kept, too: they find nothing.
 */
function createTextSearch(rooms: Collection<Room>, kind: TextKind, time: RoomTextsTiming): TextSearch {
  let table: Table | undefined;
  let idle: NodeJS.Timeout | undefined;
  const forget = () => {
    clearTimeout(idle);
    table?.stop();
    table = undefined;
  };

  return {
    forget,
    async find(text, signal) {
      clearTimeout(idle);
      idle = setTimeout(forget, keptMs).unref();
      table ??= beginTable(rooms, kind, time);
      const { texts, catchUp, isReady } = table;
      try {
        if ((await within(isReady, time.readTimeoutMs)) !== true) return null;
        await catchUp();
        return await inSlices(texts.find(text, mostKeys), signal);
      } catch {
        signal.throwIfAborted();
        // Rooms can be found without this, if it takes longer; the next search tries again.
        forget();
        return null;
      }
    },
  };
}

function beginTable(rooms: Collection<Room>, kind: TextKind, time: RoomTextsTiming): Table {
  const texts = new TextTable();
  let isStopped = false;
  const startAt = new Date(time.now().getTime() - overlapMs);
  const datePass = createDatePass(rooms, time, startAt, { _updatedAt: 1, _id: 1 });
  /** @returns the id of the last room, if there may be more behind it. */
  const read = async (filter: Filter<Room>): Promise<string | undefined> => {
    const found = await rooms
      .find(filter, { projection: { [kind.path]: 1, t: 1 }, sort: { _id: 1 }, limit: batchSize })
      .toArray();
    await inSlices(takeIn(texts, kind, found));
    return found.at(batchSize - 1)?._id;
  };
  const readAll = async (): Promise<boolean> => {
    for (let last: string | undefined = ''; last !== undefined; ) {
      last = await read({ _id: { $gt: last } });
      if (isStopped || texts.bytes > mostBytes) return false;
    }
    return true;
  };
  const catchUp = sharedRead(() =>
    datePass.run(async (ids) => {
      await read({ _id: { $in: [...ids] } });
    }),
  );
  const stop = () => {
    isStopped = true;
  };
  return { texts, catchUp, isReady: readAll(), stop };
}

function* takeIn(texts: TextTable, kind: TextKind, rooms: readonly Room[]): Generator<void> {
  for (const room of rooms) {
    if (room.t === 'l') for (const { key, text } of kind.textsOf(room)) texts.add(key, text);
    yield;
  }
}
