import type { Index, IndexName } from '../mongodb/index-definition.ts';

/** Named, because the room store must know whether this index is unique. */
export const openRoomIndexName = 'foyer_one_open_room_of_visitor';

/** The indexes for rooms, inquiries and subscriptions. */
export const roomIndexes: readonly Index[] = [
  {
    collection: 'rocketchat_room',
    name: openRoomIndexName,
    key: { 'v._id': 1, open: 1 },
    options: { unique: true, partialFilterExpression: { open: true, _enforceSingleRoom: true } },
    isClaimed: true,
    serves: 'one open room per visitor, among those that Foyer or Rocket.Chat 8.8 opened',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_open_rooms_of_visitor',
    key: { 'v._id': 1, open: 1, ts: -1 },
    options: { sparse: true },
    serves: 'the open rooms of a visitor, newest first',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_livechat_rooms_of_visitor',
    key: { 'v._id': 1, t: 1, ts: -1 },
    options: { sparse: true },
    serves: "a visitor's rooms: chatHistory, searchChats, deletion",
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_by_opening',
    key: { t: 1, ts: -1 },
    serves: 'livechat/rooms, newest first, and its filter by createdAt',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_open_rooms',
    key: { t: 1, open: 1, ts: -1 },
    serves: 'livechat/rooms with open or queued',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_by_closing',
    key: { t: 1, closedAt: -1 },
    serves: 'livechat/rooms with closedAt, and sorted by it',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_closed_rooms_of_department',
    key: { departmentId: 1, closedAt: -1 },
    options: { partialFilterExpression: { closedAt: { $exists: true } } },
    serves: 'how long the last chats of a department took',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_by_name_and_opening',
    key: { t: 1, fname: 1, ts: -1 },
    serves: 'livechat/rooms sorted by name, and those of some names, newest first',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_of_agent',
    key: { 'servedBy._id': 1, t: 1, ts: -1 },
    options: { sparse: true },
    serves: "livechat/rooms with agents' ids",
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_of_agent_by_username',
    key: { 'servedBy.username': 1, t: 1, ts: -1 },
    options: { sparse: true },
    serves: "livechat/rooms with agents' usernames",
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_with_tag',
    key: { tags: 1, t: 1, ts: -1 },
    options: { sparse: true },
    serves: 'livechat/rooms with tags',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_by_rating',
    key: { 'surveyFeedback.satisfaction': 1, t: 1, ts: -1 },
    options: { sparse: true },
    serves: "LiveChat's chats with rate",
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_on_hold',
    key: { t: 1, onHold: 1, ts: -1 },
    options: { partialFilterExpression: { onHold: true } },
    serves: 'livechat/rooms with onhold, and how many are to be left out of others',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_of_department',
    key: { departmentId: 1, t: 1, ts: -1 },
    options: { sparse: true },
    serves: 'livechat/rooms with departmentId',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_room_sources',
    key: { 'source.type': 1, 'source.id': 1 },
    options: { partialFilterExpression: { t: 'l' } },
    serves: 'rooms/filters: the next type of source after another',
  },
  {
    collection: 'rocketchat_livechat_inquiry',
    name: 'foyer_inquiry_of_room',
    key: { rid: 1, status: 1 },
    serves: 'the inquiry of a room',
  },
  {
    collection: 'rocketchat_livechat_inquiry',
    name: 'foyer_queue',
    key: { status: 1, ts: -1 },
    serves: 'inquiries.list, newest first, and places in the queue',
  },
  {
    collection: 'rocketchat_livechat_inquiry',
    name: 'foyer_queue_of_department',
    key: { status: 1, department: 1, ts: -1 },
    serves: 'inquiries.list of a department',
  },
  {
    collection: 'rocketchat_livechat_inquiry',
    name: 'foyer_inquiries_of_visitor',
    key: { 'v._id': 1, status: 1 },
    options: { sparse: true },
    serves: "a visitor's inquiries, and their status in the queue",
  },
  {
    collection: 'rocketchat_subscription',
    name: 'foyer_seats_of_room',
    key: { rid: 1, 'u._id': 1, t: 1 },
    serves: "an agent's subscription to a room, and all subscriptions of a room",
  },
  {
    collection: 'rocketchat_subscription',
    name: 'foyer_seats_of_agent',
    key: { 'u._id': 1, 'v._id': 1 },
    options: { partialFilterExpression: { t: 'l' } },
    serves: 'whether an agent is subscribed to a room of a visitor',
  },
  {
    collection: 'foyer_room_claim',
    name: 'foyer_room_claim_age',
    key: { at: 1 },
    options: { expireAfterSeconds: 3600 },
    serves: 'removing the claims of rooms that were opened',
  },
  {
    collection: 'foyer_overtaken_message',
    name: 'foyer_overtaken_message_age',
    key: { at: 1 },
    options: { expireAfterSeconds: 3600 },
    serves: 'forgetting which messages were counted after later ones',
  },
  {
    collection: 'foyer_typing',
    name: 'foyer_typing_age',
    key: { _updatedAt: 1 },
    options: { expireAfterSeconds: 60 },
    serves: 'forgetting who was typing',
  },
];

/** Indexes of earlier releases, which went by the token: a visitor may have several, or another one by now. */
export const retiredRoomIndexes: readonly IndexName[] = [
  { collection: 'rocketchat_room', name: 'foyer_one_open_room' },
  { collection: 'rocketchat_room', name: 'foyer_one_open_room_not_unique' },
  { collection: 'rocketchat_room', name: 'foyer_rooms_of_token' },
  { collection: 'rocketchat_room', name: 'foyer_rooms_by_name' },
  { collection: 'rocketchat_room', name: 'foyer_rooms_of_visitor' },
  { collection: 'rocketchat_livechat_inquiry', name: 'foyer_inquiries_of_token' },
];
