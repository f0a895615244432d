import type { User } from '../accounts/user.ts';
import type { Message, MessageStore } from '../messages/message.ts';
import { mapBatches, mapEach, type PageOf, type PageRequest, pageLimit } from '../paging.ts';
import type { Inquiry } from '../rooms/inquiry.ts';
import type { Room, RoomStore } from '../rooms/room.ts';
import {
  canAccessRoom,
  getAccessibleRoom,
  type RoomAccessDeps,
  readableRoomsOf,
} from '../rooms/room-access.ts';
import type { ChatFilter, FoundChat, RoomSearch, VisitorRooms } from '../rooms/room-search.ts';
import type { TransferData } from '../rooms/transfer-data.ts';
import {
  messageWithoutToken,
  roomWithoutToken,
  showRooms,
  type VisitorTokenDeps,
  visibleTokens,
} from '../rooms/visitor-tokens.ts';

export type ReadRoomsDeps = RoomAccessDeps &
  VisitorTokenDeps & {
    readonly messages: MessageStore;
    readonly rooms: RoomStore;
    readonly roomSearch: RoomSearch;
  };

export type ShowRoomDeps = Omit<ReadRoomsDeps, 'messages' | 'roomSearch'>;

/**
 * A room as the user may see it.
 * @throws {AppError} `invalid-room`, `not-allowed`.
 */
export async function showRoom(deps: ShowRoomDeps, user: User, roomId: string): Promise<Room> {
  const room = await getAccessibleRoom(deps, user, roomId);
  const [shown = room] = await showRooms(deps, user, [room]);
  return shown;
}

export type ShowMessageDeps = ShowRoomDeps & { readonly messages: Pick<MessageStore, 'findById'> };

/** A message as the user may see it; null if there is none, or if they may not read its room. */
export async function showMessage(deps: ShowMessageDeps, user: User, id: string): Promise<Message | null> {
  const message = await deps.messages.findById(id);
  const room = message?.rid === undefined ? null : await deps.rooms.findById(message.rid);
  if (message === null || room === null || !(await canAccessRoom(deps, user, room))) return null;
  const seesToken = await visibleTokens(deps, user, [room.v?._id]);
  return seesToken(room.v?._id) ? message : messageWithoutToken(message);
}

/** A room's messages as the user may see them: without the visitor's token, if that is not for them. */
async function showMessages(
  deps: ReadRoomsDeps,
  user: User,
  { v }: Room,
  listed: Promise<PageOf<Message>>,
): Promise<PageOf<Message>> {
  const [{ items, total }, seesToken] = await Promise.all([listed, visibleTokens(deps, user, [v?._id])]);
  return { items: seesToken(v?._id) ? items : mapEach(items, messageWithoutToken), total };
}

/**
 * The messages in a room.
 * @throws {AppError} `invalid-room`, `not-allowed`.
 */
export async function listRoomMessages(
  deps: ReadRoomsDeps,
  user: User,
  { roomId, searchTerm }: { readonly roomId: string; readonly searchTerm: string | undefined },
  page: PageRequest,
): Promise<PageOf<Message>> {
  const room = await getAccessibleRoom(deps, user, roomId);
  return showMessages(deps, user, room, deps.messages.listOfRoom(roomId, searchTerm, page));
}

/**
 * A room's page views.
 * @throws {AppError} `invalid-room`, `not-allowed`.
 */
export async function listPagesVisited(
  deps: ReadRoomsDeps,
  user: User,
  roomId: string,
  page: PageRequest,
): Promise<PageOf<Message>> {
  const room = await getAccessibleRoom(deps, user, roomId);
  return showMessages(deps, user, room, deps.messages.listPagesVisited(roomId, page));
}

/**
 * By whom a room was given to whom.
 * @throws {AppError} `invalid-room`, `not-allowed`.
 */
export async function listTransfers(
  deps: ReadRoomsDeps,
  user: User,
  roomId: string,
  page: PageRequest,
): Promise<PageOf<TransferData>> {
  await getAccessibleRoom(deps, user, roomId);
  const { items, total } = await deps.messages.listTransfers(roomId, page);
  return { items: mapEach(items, ({ transferData }) => transferData), total };
}

/** The room's inquiry; null if there is none, or if the user may not read the room. */
export async function findRoomInquiry(
  deps: ShowRoomDeps,
  user: User,
  roomId: string,
): Promise<Inquiry | null> {
  const [room, inquiry] = await Promise.all([deps.rooms.findById(roomId), deps.inquiries.findByRoom(roomId)]);
  if (room === null || inquiry === null || !(await canAccessRoom(deps, user, room))) return null;
  const [shown = null] = await showRooms(deps, user, [inquiry]);
  return shown;
}

/** A request for a visitor's rooms by somebody who may read one of them. */
export interface ChatHistoryRequest {
  /** The room that the caller may read. */
  readonly roomId: string;
  readonly visitorId: string;
}

/**
 * The rooms of a visitor that the user may read.
 * @throws {AppError} `invalid-room`, `not-allowed`.
 */
export async function listChatHistory(
  deps: ReadRoomsDeps,
  user: User,
  { roomId, visitorId }: ChatHistoryRequest,
  page: PageRequest,
): Promise<PageOf<Room>> {
  await getAccessibleRoom(deps, user, roomId);
  const readable = await readableRoomsOf(deps, user, visitorId);
  const { items, total } = await deps.roomSearch.listByVisitor({ visitorId, readable }, page);
  return { items: mapBatches(items, (rooms) => showRooms(deps, user, rooms)), total };
}

/** A room as a search shows it, with its closing comment if it has one. */
export type ClosedChat = FoundChat & { readonly closingMessage?: Message };

export interface ChatSearch extends ChatHistoryRequest {
  readonly filter: ChatFilter;
  /** A part of a message. */
  readonly searchText: string | undefined;
}

/**
 * The rooms of a visitor that the user may read and that pass a filter, with their closing comments.
 * @throws {AppError} `invalid-room`, `not-allowed`.
 */
export async function searchChats(
  deps: ReadRoomsDeps,
  user: User,
  { roomId, visitorId, filter, searchText }: ChatSearch,
  page: PageRequest,
): Promise<PageOf<ClosedChat>> {
  await getAccessibleRoom(deps, user, roomId);
  const rooms = { visitorId, readable: await readableRoomsOf(deps, user, visitorId) };
  const { items, total } = searchText
    ? await listChatsWithText(deps, rooms, { filter, searchText }, page)
    : await deps.roomSearch.listChats(rooms, filter, page);
  const seesToken = await visibleTokens(deps, user, [visitorId]);
  const chats = mapBatches(items, (batch) => withClosings(deps, batch));
  return { items: seesToken(visitorId) ? chats : mapEach(chats, chatWithoutToken), total };
}

/** Looks through the messages of some rooms at a time, so that others get their turn in between. */
async function listChatsWithText(
  { messages, roomSearch }: ReadRoomsDeps,
  rooms: VisitorRooms,
  { filter, searchText }: { readonly filter: ChatFilter; readonly searchText: string },
  page: PageRequest,
): Promise<PageOf<FoundChat>> {
  // A room that changes its place in the order meanwhile may be read twice.
  const found = new Set<string>();
  for await (const ids of await roomSearch.readChatIds(rooms, filter, page)) {
    const withText = new Set(await messages.listRoomsWithText(ids, searchText, page.signal));
    for (const id of ids) if (withText.has(id)) found.add(id);
  }
  const shown = [...found].slice(page.offset, page.offset + pageLimit(page.count));
  return { items: roomSearch.readChats(rooms, filter, shown, page.signal), total: found.size };
}

async function withClosings({ messages }: ReadRoomsDeps, chats: readonly FoundChat[]): Promise<ClosedChat[]> {
  const closings = await messages.listClosings(chats.map(({ _id }) => _id));
  const closingOf = new Map(closings.map((message) => [message.rid, message]));
  return chats.map((chat) => withClosing(chat, closingOf.get(chat._id)));
}

const withClosing = (chat: FoundChat, closingMessage: Message | undefined): ClosedChat =>
  closingMessage ? { ...chat, closingMessage } : chat;

const chatWithoutToken = (chat: ClosedChat): ClosedChat =>
  withClosing(roomWithoutToken(chat), chat.closingMessage && messageWithoutToken(chat.closingMessage));
