import { dateOf } from '../dates.ts';
import type { Room } from '../rooms/room.ts';
import type { CountedMessage, RoomActivityStore } from '../rooms/room-activity.ts';
import { agentEffect, visitorEffect } from '../rooms/room-metrics.ts';
import { type FollowMessageDeps, followAgentMessage, followVisitorMessage } from './follow-message.ts';
import type { Message, MessageStore } from './message.ts';

export type CountPendingDeps = FollowMessageDeps & {
  readonly messages: MessageStore;
  readonly roomActivity: RoomActivityStore;
};

/** More requests than one room has on their way at a time. */
const batchSize = 20;

/**
 * Counts what is stored between a room's last message and a time, in order, and does what follows. The requests that
 * stored it are about to do that, or have died. Each message is counted by becoming the last one, in one write: whoever
 * dies at it leaves the others later than the last one, where the next one to write finds them.
 * @returns the room as it is then.
 */
export async function countPending(deps: CountPendingDeps, room: Room, before: Date): Promise<Room> {
  let current = room;
  let after = lastTimeOf(room);
  while (after !== undefined && after < before) {
    const pending = await deps.messages.listWrittenBetween(room._id, after, before, batchSize);
    for (const message of pending) {
      if (!isLaterThanLast(message, current)) continue;
      // Read after the message was found: one that is overtaken later is found by the one that overtakes it.
      const seen = await deps.rooms.findById(room._id);
      if (seen === null) return room;
      current = seen;
      if (isLaterThanLast(message, seen)) await count(deps, seen, message, 'recordUncounted');
    }
    after = pending.length < batchSize ? undefined : pending.at(-1)?.ts;
  }
  return current;
}

const isLaterThanLast = ({ ts }: Message, room: Room): boolean => (lastTimeOf(room) ?? ts) < ts;

const lastTimeOf = ({ lastMessage, ts }: Room): Date | undefined => dateOf(lastMessage?.ts ?? ts);

/**
 * Counts what was stored between the room's last message and the one that was the last before. None of it has been
 * the last, so it is not counted yet: the request that stored it is about to do that, or has died.
 */
export async function countOvertaken(
  deps: CountPendingDeps,
  room: Room,
  { isLast, previousTs = dateOf(room.ts) }: CountedMessage,
  ts: Date,
): Promise<void> {
  if (!isLast || previousTs === undefined) return;
  const overtaken = await deps.messages.listWrittenBetween(room._id, previousTs, ts, batchSize);
  for (const message of overtaken) await count(deps, room, message, 'countOvertaken');
}

/** Counts another request's message, unless that is faster, and does what follows. */
async function count(
  deps: CountPendingDeps,
  room: Room,
  message: Message,
  how: 'recordUncounted' | 'countOvertaken',
): Promise<void> {
  const { u, ts, token } = message;
  if (u === undefined) return;
  const isAgents = token === undefined;
  const effect = isAgents ? agentEffect(room, u, ts) : visitorEffect(room, ts);
  if (!(await deps.roomActivity[how](room._id, message, effect))) return;
  if (isAgents) return followAgentMessage(deps, room, u._id, message);
  const visitor = await deps.visitors.findEnabledById(u._id);
  if (visitor) await followVisitorMessage(deps, room, visitor, message);
}
