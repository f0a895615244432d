import { derivedId } from '../ids.ts';
import type { Person } from '../person.ts';
import type { Room } from '../rooms/room.ts';
import type { RoomActivityStore } from '../rooms/room-activity.ts';
import type { TransferData } from '../rooms/transfer-data.ts';
import { type CountPendingDeps, countOvertaken, countPending } from './count-pending.ts';
import type { Message, MessageStore, TranscriptRequestData } from './message.ts';

/** What a system message says, and when. */
export interface SystemMessage {
  readonly t:
    | 'livechat-started'
    | 'livechat-close'
    | 'livechat_transcript_history'
    | 'livechat_transfer_history'
    | 'command'
    | 'uj'
    | 'ul';
  readonly msg: string;
  readonly u: Person;
  readonly ts: Date;
  readonly token?: string | undefined;
  readonly transcriptRequested?: boolean;
  readonly requestData?: TranscriptRequestData;
  readonly transferData?: TransferData;
}

export interface WriteSystemMessageDeps {
  readonly messages: MessageStore;
  readonly roomActivity: RoomActivityStore;
}

export type SendSystemMessageDeps = WriteSystemMessageDeps & CountPendingDeps;

/**
 * Writes a system message into a room and counts it; writing it again does nothing. `occasion` distinguishes messages
 * of the same kind in one room.
 * @returns false if the visitor has been deleted, with all rooms: then nothing is left of it.
 */
export async function writeSystemMessage(
  { messages, roomActivity }: WriteSystemMessageDeps,
  rid: string,
  given: SystemMessage,
  occasion = '',
): Promise<boolean> {
  const message = messageOf(rid, given, occasion);
  return store(messages, message, () => roomActivity.countMessages(rid, 1));
}

/**
 * Writes a system message that Rocket.Chat sends as it sends a person's, so that it becomes the room's last one:
 * transfers and the end of a chat. Otherwise as {@link writeSystemMessage}.
 */
export async function sendSystemMessage(
  deps: SendSystemMessageDeps,
  rid: string,
  given: SystemMessage,
  occasion: string,
): Promise<void> {
  const { messages, roomActivity, rooms } = deps;
  const message = messageOf(rid, given, occasion);
  const found = await rooms.findById(rid);
  const room = found && (await countPending(deps, found, message.ts));
  const count = async () => {
    const counted = await roomActivity.recordMessage(rid, message, { from: 'system' });
    if (room && counted) await countOvertaken(deps, room, counted, message.ts);
    return counted !== null;
  };
  await store(messages, message, count);
}

/**
 * Stores a message, and counts it if it is new.
 * @returns false if there is no room to count it in: then it is deleted again.
 */
async function store(
  messages: MessageStore,
  message: Message,
  count: () => Promise<boolean>,
): Promise<boolean> {
  if ((await messages.insert(message)) === null || (await count())) return true;
  await messages.delete(message._id);
  return false;
}

function messageOf(rid: string, given: SystemMessage, occasion: string): Message {
  const { t, msg, u, ts, token, ...extra } = given;
  return {
    _id: derivedId(rid, t, msg, occasion),
    t,
    rid,
    ts,
    msg,
    u,
    groupable: false,
    ...extra,
    ...(token === undefined ? {} : { token }),
  };
}

/** The current time or, if the clock is behind, the millisecond after the room's last message. */
export const afterLastMessage = ({ lm }: Room, now: Date): Date =>
  lm instanceof Date && lm >= now ? new Date(lm.getTime() + 1) : now;
