import type { Index } from '../mongodb/index-definition.ts';

/** Page views without a room, of which there are many, are in none of the indexes on rooms. */
const inRooms = { partialFilterExpression: { rid: { $exists: true } } } as const;

/** The indexes for messages. */
export const messageIndexes: readonly Index[] = [
  {
    collection: 'rocketchat_message',
    name: 'foyer_messages_in_room',
    key: { rid: 1, ts: -1 },
    options: inRooms,
    replaces: 'foyer_messages_of_room',
    serves: "a room's messages, newest first, and their deletion",
  },
  {
    collection: 'rocketchat_message',
    name: 'foyer_messages_in_room_by_type',
    key: { rid: 1, t: 1, ts: -1 },
    options: inRooms,
    replaces: 'foyer_messages_of_room_by_type',
    serves: "a room's page views and its closing comment",
  },
  {
    collection: 'rocketchat_message',
    name: 'foyer_messages_of_room_updated',
    key: { rid: 1, _updatedAt: 1 },
    options: inRooms,
    serves: "what changed lately in a visitor's rooms",
  },
  {
    collection: 'rocketchat_message',
    name: 'foyer_roomless_page_views',
    key: { 'navigation.token': 1, rid: 1 },
    options: { sparse: true },
    serves: 'the page views that a new room takes over',
  },
];
