import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { type Batches, mapEach } from '../paging.ts';
import { personOf } from '../person.ts';
import { getOwnRoom, type OwnRoom } from '../rooms/own-room.ts';
import type { RoomStore } from '../rooms/room.ts';
import { messageSeenBy } from '../rooms/visitor-tokens.ts';
import type { Settings } from '../settings/settings.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';
import { type DiscardMessageDeps, discardMessage } from './discard-message.ts';
import { refreshLastMessage } from './last-message.ts';
import type { HistoryRequest, Message } from './message.ts';

export interface VisitorMessagesDeps extends DiscardMessageDeps {
  readonly clock: Clock;
  readonly rooms: RoomStore;
  readonly settings: Settings;
  readonly visitors: VisitorStore;
}

/**
 * The visible messages of a visitor's room, newest first.
 * @throws {AppError} `invalid-token`, `invalid-room`.
 */
export async function listHistory(
  deps: VisitorMessagesDeps,
  room: OwnRoom,
  part: Omit<HistoryRequest, 'hiddenTypes'>,
): Promise<Batches<Message>> {
  await getOwnRoom(deps, room);
  const hiddenTypes = deps.settings.get('Hide_System_Messages');
  const messages = await deps.messages.listHistory(room.rid, { ...part, hiddenTypes });
  return mapEach(messages, (message) => messageSeenBy(room.token, message));
}

/**
 * A message in a visitor's room.
 * @throws {AppError} `invalid-token`, `invalid-room`, `invalid-message`.
 */
export async function getRoomMessage(deps: VisitorMessagesDeps, room: OwnRoom, id: string): Promise<Message> {
  await getOwnRoom(deps, room);
  const message = await deps.messages.findById(id);
  if (message?.rid !== room.rid) throw new AppError('invalid-message');
  return messageSeenBy(room.token, message);
}

/**
 * Changes the text of one of the visitor's own messages.
 * @throws {AppError} `invalid-token`, `invalid-room`, `invalid-message`, or `not-allowed` for somebody else's
 *   message, or if editing is disabled.
 */
export async function editOwnMessage(
  deps: VisitorMessagesDeps,
  room: OwnRoom,
  id: string,
  msg: string,
): Promise<Message> {
  const { clock, messages, settings } = deps;
  const { visitor } = await getOwnRoom(deps, room);
  const original = await getOwnMessage(deps, visitor, id, settings.get('Message_AllowEditing'));
  const { name: _, ...editedBy } = personOf(visitor);
  const changed = await messages.change(id, { msg, editedAt: clock(), editedBy });
  if (changed === null) throw new AppError('invalid-message');
  if (original.rid !== undefined) await refreshLastMessage(deps, original.rid, changed);
  return messageSeenBy(room.token, changed);
}

/**
 * Deletes one of the visitor's own messages.
 * @throws {AppError} as {@link editOwnMessage}.
 */
export async function deleteOwnMessage(deps: VisitorMessagesDeps, room: OwnRoom, id: string): Promise<void> {
  const { visitor } = await getOwnRoom(deps, room);
  const message = await getOwnMessage(deps, visitor, id, deps.settings.get('Message_AllowDeleting'));
  if (!(await discardMessage(deps, message))) throw new AppError('invalid-message');
}

async function getOwnMessage(
  { messages }: VisitorMessagesDeps,
  visitor: Visitor,
  id: string,
  allowed: boolean,
): Promise<Message> {
  const message = await messages.findById(id);
  if (message === null) throw new AppError('invalid-message');
  // What the system wrote in their name is not theirs to change. Visitors' messages have a token, users' have none.
  const isVisitors = message.token !== undefined && message.t === undefined;
  const own = isVisitors && message.u?._id === visitor._id;
  if (!allowed || !own) throw new AppError('not-allowed');
  return message;
}
