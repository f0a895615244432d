import { LRUCache } from 'lru-cache';
import type { Collection } from 'mongodb';
import { customFieldValue } from '../../domain/custom-fields/custom-field.ts';
import type { Room } from '../../domain/rooms/room.ts';
import {
  createTextSearch,
  type TextKind,
  type TextSearch,
  type TextSearchTiming,
} from '../text-search/text-search.ts';

/** The names of rooms, each found as itself. */
const names: TextKind<Room> = {
  fields: ['fname', 't'],
  textsOf: ({ t, fname }) => (t === 'l' && typeof fname === 'string' ? [{ key: fname, text: fname }] : []),
};

/** A custom field's values, found as the ids of the rooms that have them. */
const valuesOf = (field: string): TextKind<Room> => ({
  fields: [`livechatData.${field}`, 't'],
  textsOf: ({ _id, t, livechatData }) =>
    (t === 'l' ? [customFieldValue(livechatData, field)] : [])
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
export function createRoomTexts(rooms: Collection<Room>, time: TextSearchTiming): RoomTexts {
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
