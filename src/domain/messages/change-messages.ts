import type { User } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { personOf } from '../person.ts';
import type { RoomStore } from '../rooms/room.ts';
import { getAccessibleRoom, type RoomAccessDeps } from '../rooms/room-access.ts';
import { type DiscardMessageDeps, discardMessage } from './discard-message.ts';
import { refreshLastMessage } from './last-message.ts';
import type { Message } from './message.ts';
import { refuseTooLong } from './message-size.ts';

export type ChangeMessagesDeps = RoomAccessDeps &
  DiscardMessageDeps & { readonly clock: Clock; readonly rooms: RoomStore };

/** A message, and the room that whoever means to change it expects it in. */
export interface MessageOfRoom {
  readonly msgId: string;
  readonly roomId: string;
}

/**
 * Changes the text of a message: of one's own, if the site allows it, or of anybody's with `edit-message`.
 * @throws {AppError} `invalid-message`, `invalid-room`, `message-too-long`, `message-too-old`; `not-allowed`, with a
 *   reason if the room is not why.
 */
export async function editMessage(
  deps: ChangeMessagesDeps,
  user: User,
  which: MessageOfRoom,
  msg: string,
): Promise<Message> {
  const { access, clock, messages, settings } = deps;
  refuseTooLong(settings, [msg]);
  const original = await getMessageOfRoom(deps, user, which);
  const isOwn = original.u?._id === user._id && settings.get('Message_AllowEditing');
  if (original.t !== undefined || !(isOwn || access.hasPermission(user, 'edit-message')))
    throw new AppError('not-allowed', {
      reason: 'Message editing not allowed',
      details: { action: 'Message_editing' },
    });
  if (isTooOld(deps, user, original, settings.get('Message_AllowEditing_BlockEditInMinutes')))
    throw new AppError('message-too-old', { reason: 'Message editing is blocked' });
  const { name: _, ...editedBy } = personOf(user);
  const changed = await messages.change(which.msgId, { msg, editedAt: clock(), editedBy });
  if (changed === null) throw new AppError('invalid-message');
  await refreshLastMessage(deps, which.roomId, changed);
  return changed;
}

/**
 * Deletes a message: one's own with `delete-own-message`, or anybody's with `delete-message`, if the site allows it;
 * with `force-delete-message`, in any case.
 * @returns the message as it was.
 * @throws {AppError} as {@link editMessage}.
 */
export async function deleteMessage(
  deps: ChangeMessagesDeps,
  user: User,
  which: MessageOfRoom,
): Promise<Message> {
  const message = await getMessageOfRoom(deps, user, which);
  if (!mayDelete(deps, user, message))
    throw new AppError('not-allowed', { reason: 'Not allowed', details: { action: 'Delete_message' } });
  if (!(await discardMessage(deps, message))) throw new AppError('invalid-message');
  return message;
}

function mayDelete(deps: ChangeMessagesDeps, user: User, message: Message): boolean {
  const { access, settings } = deps;
  const has = (permission: string) => access.hasPermission(user, permission);
  if (has('force-delete-message')) return true;
  const isOwn = message.u?._id === user._id && has('delete-own-message');
  if (!settings.get('Message_AllowDeleting') || !(isOwn || has('delete-message'))) return false;
  return !isTooOld(deps, user, message, settings.get('Message_AllowDeleting_BlockDeleteInMinutes'));
}

/** Whether the time is over in which messages can be changed; 0 minutes are without end. */
function isTooOld(
  { access, clock }: ChangeMessagesDeps,
  user: User,
  { ts }: Message,
  minutes: number,
): boolean {
  if (minutes <= 0 || access.hasPermission(user, 'bypass-time-limit-edit-and-delete')) return false;
  return clock().getTime() - ts.getTime() > minutes * 60_000;
}

async function getMessageOfRoom(
  deps: ChangeMessagesDeps,
  user: User,
  { msgId, roomId }: MessageOfRoom,
): Promise<Message> {
  const message = await deps.messages.findById(msgId);
  if (message === null)
    throw new AppError('invalid-message', { reason: `No message found with the id of "${msgId}".` });
  if (message.rid !== roomId) {
    const reason = 'The room id provided does not match where the message is from.';
    throw new AppError('invalid-message', { reason });
  }
  await getAccessibleRoom(deps, user, roomId);
  return message;
}
