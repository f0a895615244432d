import { dateOf, monthOf, secondsBetween } from '../dates.ts';
import type { Person } from '../person.ts';
import type { Room } from './room.ts';
import type { MessageEffect, ResponseTimes } from './room-activity.ts';

/**
 * When the visitor last asked and the agent last answered. What has not happened yet is dated to the room's opening
 * and, if that is unknown, to now.
 */
function lastExchange({ metrics, ts }: Room, now: Date): { asked: Date; answered: Date } {
  const opened = dateOf(ts) ?? now;
  return {
    asked: dateOf(metrics?.v?.lq) ?? opened,
    answered: dateOf(metrics?.servedBy?.lr) ?? opened,
  };
}

/**
 * What a visitor's message changes: they wait now, and their waiting counts from the first of several messages. `ts`
 * is when it was written.
 */
export function visitorEffect(room: Room, ts: Date): MessageEffect {
  const { asked, answered } = lastExchange(room, ts);
  return { from: 'visitor', asks: answered >= asked };
}

/** What an agent's message changes, by the rules of Rocket.Chat's metrics; `ts` is when it was written. */
export function agentEffect(room: Room, agent: Person, ts: Date): MessageEffect {
  const { asked, answered } = lastExchange(room, ts);
  const times = responseTimes(room, ts);
  const responseBy = respondedBy(room, agent, ts);
  return {
    from: 'agent',
    answers: asked > answered,
    ...(room.v ? { month: monthOf(ts) } : {}),
    ...(times ? { times } : {}),
    ...(responseBy ? { responseBy } : {}),
  };
}

/** The first agent to answer stays the one who responded. */
function respondedBy(
  { responseBy, waitingResponse }: Room,
  { _id, username }: Person,
  ts: Date,
): Room['responseBy'] {
  if (!waitingResponse && !responseBy) return undefined;
  return {
    _id,
    ...(username === undefined ? {} : { username }),
    firstResponseTs: ts,
    ...responseBy,
    lastMessageTs: ts,
  };
}

/** Undefined for anything but the first message of an answer. */
function responseTimes(room: Room, now: Date): ResponseTimes | undefined {
  const { asked, answered } = lastExchange(room, now);
  const isFirst = dateOf(room.metrics?.servedBy?.lr) === undefined;
  if (!isFirst && asked <= answered) return undefined;
  const { tt = 0, total = 0 } = room.metrics?.response ?? {};
  const response = secondsBetween(asked, now);
  const joined = dateOf(room.servedBy?.ts) ?? dateOf(room.ts) ?? now;
  const reaction = isFirst ? secondsBetween(joined, now) : response;
  return { response, reaction, average: (tt + response) / (total + 1), isFirst };
}

/** An agent who is chosen at once comes sooner than this. */
export const leastWaitMs = 1_000;

/**
 * How many seconds a room waited in the queue before its agent came; undefined if it did not, or nobody has come yet.
 * One that an agent handed to another has waited until then, since rooms keep no more than their last agent.
 */
export function waitOf({ queuedAt, servedBy }: Room): number | undefined {
  const [from, to] = [dateOf(queuedAt), dateOf(servedBy?.ts)];
  if (!from || !to || to.getTime() - from.getTime() < leastWaitMs) return undefined;
  return Math.floor(secondsBetween(from, to));
}
