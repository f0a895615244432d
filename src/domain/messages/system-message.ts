import { createHash } from 'node:crypto';
import type { Dependencies } from '../dependencies.ts';
import type { Person, Room } from '../rooms/room.ts';
import type { Message } from './message.ts';

/** What a system message says, besides where and when. */
export interface SystemMessage {
  readonly t: 'livechat-started' | 'livechat-close' | 'command' | 'uj';
  readonly msg: string;
  readonly u: Person;
  readonly ts: Date;
  readonly token?: string | undefined;
  readonly transcriptRequested?: boolean;
}

/**
 * The id of something that exists once for its parts: whoever makes it, and however often, makes the same document.
 * 24 hexadecimal characters, as Rocket.Chat's ids of what the system writes.
 */
export const derivedId = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 24);

/**
 * Writes a system message into a room and counts it; a second time it does nothing. `occasion` tells messages of one
 * kind in one room apart.
 */
export async function writeSystemMessage(
  { messages, rooms }: Pick<Dependencies, 'messages' | 'rooms'>,
  rid: string,
  { t, msg, u, ts, token, transcriptRequested }: SystemMessage,
  occasion = '',
): Promise<void> {
  const message: Message = {
    _id: derivedId(rid, t, msg, occasion),
    t,
    rid,
    ts,
    msg,
    u,
    groupable: false,
    ...(transcriptRequested === undefined ? {} : { transcriptRequested }),
    ...(token === undefined ? {} : { token }),
  };
  if (await messages.insert(message)) await rooms.countMessages(rid, 1);
}

/** The present, or the moment after the room's last message where a clock is behind. */
export const afterLastMessage = ({ lm }: Room, now: Date): Date =>
  lm instanceof Date && lm >= now ? new Date(lm.getTime() + 1) : now;

/** A user or visitor as documents refer to one. */
export const personOf = ({ _id, username, name }: Person): Person => ({
  _id,
  ...(username === undefined ? {} : { username }),
  ...(name === undefined ? {} : { name }),
});
