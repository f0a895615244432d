import type { User } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import type { Message, MessageStore } from '../messages/message.ts';
import type { PageOf, PageRequest } from '../paging.ts';
import type { Room, RoomStore } from '../rooms/room.ts';
import { canAccessRoom, type RoomAccessDeps } from '../rooms/room-access.ts';
import type { ChatFilter, FoundChat, RoomSearch } from '../rooms/room-search.ts';

export type ReadRoomsDeps = RoomAccessDeps & {
  readonly messages: MessageStore;
  readonly rooms: RoomStore;
  readonly roomSearch: RoomSearch;
};

/**
 * Checks that a user may read a room.
 * @throws {AppError} `invalid-room`, `not-allowed`.
 */
async function checkMayRead(deps: ReadRoomsDeps, user: User, roomId: string): Promise<void> {
  const room = await deps.rooms.findById(roomId);
  if (room === null) throw new AppError('invalid-room');
  if (!(await canAccessRoom(deps, user, room))) throw new AppError('not-allowed');
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
  await checkMayRead(deps, user, roomId);
  return deps.messages.listOfRoom(roomId, searchTerm, page);
}

/** A request for a visitor's rooms by somebody who may read one of them. */
export interface ChatHistoryRequest {
  /** The room that the caller may read. */
  readonly roomId: string;
  readonly visitorId: string;
}

/**
 * All rooms of a visitor.
 * @throws {AppError} `invalid-room`, `not-allowed`.
 */
export async function listChatHistory(
  deps: ReadRoomsDeps,
  user: User,
  { roomId, visitorId }: ChatHistoryRequest,
  page: PageRequest,
): Promise<PageOf<Room>> {
  await checkMayRead(deps, user, roomId);
  return deps.roomSearch.listByVisitor(visitorId, page);
}

/**
 * A room's page views, for anyone who may read rooms at all.
 * @throws {AppError} `invalid-room`.
 */
export async function listPagesVisited(
  { messages, rooms }: { readonly messages: MessageStore; readonly rooms: RoomStore },
  roomId: string,
  page: PageRequest,
): Promise<PageOf<Message>> {
  if ((await rooms.findById(roomId)) === null) throw new AppError('invalid-room');
  return messages.listPagesVisited(roomId, page);
}

/** A room as a search shows it, with its closing comment if it has one. */
export type ClosedChat = FoundChat & { readonly closingMessage?: Message };

export interface ChatSearch extends ChatHistoryRequest {
  readonly filter: ChatFilter;
  /** A part of a message. */
  readonly searchText: string | undefined;
}

/**
 * The rooms of a visitor that pass a filter, with their closing comments.
 * @throws {AppError} `invalid-room`, `not-allowed`.
 */
export async function searchChats(
  deps: ReadRoomsDeps,
  user: User,
  { roomId, visitorId, filter, searchText }: ChatSearch,
  page: PageRequest,
): Promise<PageOf<ClosedChat>> {
  const { messages, roomSearch } = deps;
  await checkMayRead(deps, user, roomId);
  const among = searchText
    ? await messages.listRoomsWithText(await roomSearch.listChatIds(visitorId, filter), searchText)
    : undefined;
  const { items, total } = await roomSearch.listChats(visitorId, filter, among, page);
  const closings = await messages.listClosings(items.map(({ _id }) => _id));
  const closingOf = new Map(closings.map((message) => [message.rid, message]));
  return { items: items.map((chat) => withClosing(chat, closingOf.get(chat._id))), total };
}

const withClosing = (chat: FoundChat, closingMessage: Message | undefined): ClosedChat =>
  closingMessage ? { ...chat, closingMessage } : chat;
