import { dateOf } from '../dates.ts';
import type { Person } from '../person.ts';
import type { Room } from '../rooms/room.ts';
import type { CountedMessage, MessageEffect, RoomActivityStore } from '../rooms/room-activity.ts';
import { agentEffect, visitorEffect } from '../rooms/room-metrics.ts';
import {
  type FollowMessageDeps,
  followAgentMessage,
  followVisitorMessage,
  showInQueue,
} from './follow-message.ts';
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
  for await (const message of readWrittenBetween(deps, room._id, lastTimeOf(room), before)) {
    if (!isLaterThanLast(message, current)) continue;
    // Read after the message was found: one that is overtaken later is found by the one that overtakes it.
    const seen = await deps.rooms.findById(room._id);
    if (seen === null) return room;
    current = seen;
    if (isLaterThanLast(message, seen)) await countUncounted(deps, seen, message);
  }
  return current;
}

/** What was written in a room between two times, in order; nothing if the first is unknown, or not before the second. */
async function* readWrittenBetween(
  { messages }: CountPendingDeps,
  roomId: string,
  from: Date | undefined,
  before: Date,
): AsyncGenerator<AuthoredMessage> {
  for (let after = from; after !== undefined && after < before; ) {
    const written = await messages.listWrittenBetween(roomId, after, before, batchSize);
    yield* written.filter(hasAuthor);
    after = written.length < batchSize ? undefined : written.at(-1)?.ts;
  }
}

const isLaterThanLast = ({ ts }: Message, room: Room): boolean => (lastTimeOf(room) ?? ts) < ts;

const lastTimeOf = ({ lastMessage, ts }: Room): Date | undefined => dateOf(lastMessage?.ts ?? ts);

/** Counts another request's message as the last one, and what it overtakes; unless that is no longer the latest. */
async function countUncounted(deps: CountPendingDeps, room: Room, message: AuthoredMessage): Promise<void> {
  const counted = await deps.roomActivity.recordUncounted(room._id, message, effectOf(room, message));
  if (counted === null) return;
  await follow(deps, room, message);
  await countOvertaken(deps, room, counted, message.ts);
}

/**
 * Counts what was stored between the room's last message and the one that was the last before. None of it has been
 * the last, so it is not counted yet: the request that stored it is about to do that, or has died. Whoever makes a
 * message the last one does this: others rely on it.
 */
export async function countOvertaken(
  deps: CountPendingDeps,
  room: Room,
  { isLast, previousTs = dateOf(room.ts) }: CountedMessage,
  ts: Date,
): Promise<void> {
  if (!isLast) return;
  for await (const message of readWrittenBetween(deps, room._id, previousTs, ts)) {
    if (await deps.roomActivity.countOvertaken(room._id, message, effectOf(room, message)))
      await follow(deps, room, message);
  }
}

/** A message as Foyer writes it: an existing database may have others. */
type AuthoredMessage = Message & { readonly u: Person };

const hasAuthor = (message: Message): message is AuthoredMessage => message.u !== undefined;

const effectOf = (room: Room, { ts, u, token }: AuthoredMessage): MessageEffect =>
  token === undefined ? agentEffect(room, u, ts) : visitorEffect(room, ts);

/** Does what follows another request's message, once it is counted. */
async function follow(deps: CountPendingDeps, room: Room, message: AuthoredMessage): Promise<void> {
  await showInQueue(deps, room, message);
  if (message.token === undefined) return followAgentMessage(deps, room, message.u._id, message);
  const visitor = await deps.visitors.findEnabledById(message.u._id);
  if (visitor) await followVisitorMessage(deps, room, visitor, message);
}
