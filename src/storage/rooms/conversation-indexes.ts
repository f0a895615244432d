import type { Index } from '../mongodb/indexes.ts';

/*
 * Each key differs from every key that Rocket.Chat indexes: it creates its indexes all at once, and one that exists
 * under another name would make all of them fail.
 */
const rooms: readonly Index[] = [
  {
    collection: 'rocketchat_room',
    name: 'foyer_one_open_room',
    key: { 'v.token': 1, open: 1 },
    options: { unique: true, partialFilterExpression: { open: true, _enforceSingleRoom: true } },
    serves: 'one open room per visitor, among those that Foyer or Rocket.Chat 8.8 opened',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_of_token',
    key: { 'v.token': 1, open: 1, ts: -1 },
    options: { sparse: true },
    serves: 'the open rooms of a token, the newest first',
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_of_visitor',
    key: { 'v._id': 1, ts: -1 },
    options: { sparse: true },
    serves: "a visitor's rooms: chatHistory, searchChats, deletion",
  },
  {
    collection: 'rocketchat_room',
    name: 'foyer_rooms_by_opening',
    key: { t: 1, ts: -1 },
    serves: 'livechat/rooms, the newest first, and its filter by createdAt',
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
    name: 'foyer_rooms_by_name',
    key: { t: 1, fname: 1 },
    serves: 'livechat/rooms sorted by name',
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
    name: 'foyer_rooms_of_department',
    key: { departmentId: 1, t: 1, ts: -1 },
    options: { sparse: true },
    serves: 'livechat/rooms with departmentId',
  },
];

const messages: readonly Index[] = [
  {
    collection: 'rocketchat_message',
    name: 'foyer_messages_of_room',
    key: { rid: 1, ts: -1 },
    serves: "a room's messages, the newest first, and its deletion",
  },
  {
    collection: 'rocketchat_message',
    name: 'foyer_messages_of_room_by_type',
    key: { rid: 1, t: 1, ts: -1 },
    serves: "a room's page views and its closing comment",
  },
  {
    collection: 'rocketchat_message',
    name: 'foyer_roomless_page_views',
    key: { 'navigation.token': 1, rid: 1 },
    options: { sparse: true },
    serves: 'the page views that a new room takes over',
  },
];

const inquiries: readonly Index[] = [
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
    serves: 'inquiries.list, the newest first',
  },
  {
    collection: 'rocketchat_livechat_inquiry',
    name: 'foyer_queue_of_department',
    key: { status: 1, department: 1, ts: -1 },
    serves: 'inquiries.list of a department',
  },
  {
    collection: 'rocketchat_livechat_inquiry',
    name: 'foyer_inquiries_of_token',
    key: { 'v.token': 1, status: 1, ts: -1 },
    options: { sparse: true },
    serves: "the visitor's status in the queue",
  },
];

const seats: readonly Index[] = [
  {
    collection: 'rocketchat_subscription',
    name: 'foyer_seats_of_room',
    key: { rid: 1, 'u._id': 1, t: 1 },
    serves: "an agent's seat in a room, and all seats of a room",
  },
];

const agents: readonly Index[] = [
  {
    collection: 'users',
    name: 'foyer_available_agents',
    key: { statusLivechat: 1, roles: 1, livechatCount: 1, username: 1 },
    options: { sparse: true },
    serves: 'the next agent of all who are available',
  },
  {
    collection: 'rocketchat_livechat_department_agents',
    name: 'foyer_agents_of_department',
    key: { departmentId: 1, count: 1, order: 1, username: 1 },
    serves: 'the next agent of a department',
  },
  {
    collection: 'rocketchat_livechat_department_agents',
    name: 'foyer_departments_of_agent',
    key: { agentId: 1, departmentId: 1 },
    serves: 'the departments of an agent',
  },
  {
    collection: 'rocketchat_livechat_department',
    name: 'foyer_departments_by_name',
    key: { name: 1, enabled: 1 },
    serves: 'a department by its name',
  },
  {
    collection: 'rocketchat_livechat_department',
    name: 'foyer_staffed_departments',
    key: { enabled: 1, numAgents: 1 },
    serves: 'the departments that have agents',
  },
];

/** What the queries about rooms, messages, inquiries, subscriptions and routing rely on. */
export const conversationIndexes: readonly Index[] = [
  ...rooms,
  ...messages,
  ...inquiries,
  ...seats,
  ...agents,
];
