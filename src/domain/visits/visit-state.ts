import type { LastRoom } from '../rooms/chat-summary.ts';
import type { GreetingOutcome, Visit } from './visit.ts';

/** What a visitor who is on the site is doing, in LiveChat's words. */
export const visitStates = [
  'browsing',
  'chatting',
  'queued',
  'invited',
  'refused invitation',
  'logging into chat',
  'chat closed',
] as const;
export type VisitState = (typeof visitStates)[number];

/** What decides about a visitor's state. */
export interface StateFacts {
  readonly visit: Pick<Visit, 'startedAt' | 'greeting'>;
  readonly isRegistered: boolean;
  /** The open room, or else the newest. */
  readonly room: Pick<LastRoom, 'isOpen' | 'servedBy' | 'closedAt'> | undefined;
}

/**
 * The state of a visitor. An open room decides; whoever is registered and never had one is about to begin a chat.
 * Otherwise it is whatever came last during this visit: the end of a room, or a greeting.
 */
export function visitStateOf({ visit, isRegistered, room }: StateFacts): VisitState {
  if (room?.isOpen) return room.servedBy ? 'chatting' : 'queued';
  if (isRegistered && room === undefined) return 'logging into chat';
  const { greeting, startedAt } = visit;
  const closedAt = room?.closedAt && room.closedAt >= startedAt ? room.closedAt : undefined;
  if (greeting && (closedAt === undefined || greeting.at > closedAt)) return afterGreeting[greeting.outcome];
  return closedAt ? 'chat closed' : 'browsing';
}

const afterGreeting: Readonly<Record<GreetingOutcome, VisitState>> = {
  shown: 'invited',
  accepted: 'logging into chat',
  refused: 'refused invitation',
};
