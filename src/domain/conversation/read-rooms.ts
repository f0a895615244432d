import type { User } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import type { Message, MessageStore } from '../messages/message.ts';
import type { PageOf, PageRequest } from '../paging.ts';
import type { ChatFilter, FoundChat, Room, RoomStore } from '../rooms/room.ts';
import { canAccessRoom, type RoomAccessDeps } from '../rooms/room-access.ts';

export type ReadRoomsDeps = RoomAccessDeps & { readonly messages: MessageStore; readonly rooms: RoomStore };

/**
 * A room that a user may read.
 * @throws {AppError} `invalid-room`, or `refusal` if they may not.
 */
export async function getReadableRoom(
  deps: ReadRoomsDeps,
  user: User,
  roomId: string,
  refusal: 'error-not-allowed' | 'not-allowed',
): Promise<Room> {
  const room = await deps.rooms.findById(roomId);
  if (room === null) throw new AppError('invalid-room');
  if (!(await canAccessRoom(deps, user, room))) throw new AppError(refusal);
  return room;
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

/** The rooms of a visitor that pass a filter, with their closing comments. */
export async function searchChats(
  { messages, rooms }: { readonly messages: MessageStore; readonly rooms: RoomStore },
  visitorId: string,
  filter: ChatFilter,
  searchText: string | undefined,
  page: PageRequest,
): Promise<PageOf<ClosedChat>> {
  const among = searchText
    ? await messages.listRoomsWithText(await rooms.listChatIds(visitorId, filter), searchText)
    : undefined;
  const { items, total } = await rooms.listChats(visitorId, filter, among, page);
  const closings = await messages.listClosings(items.map(({ _id }) => _id));
  const closingOf = new Map(closings.map((message) => [message.rid, message]));
  return { items: items.map((chat) => withClosing(chat, closingOf.get(chat._id))), total };
}

const withClosing = (chat: FoundChat, closingMessage: Message | undefined): ClosedChat =>
  closingMessage ? { ...chat, closingMessage } : chat;
