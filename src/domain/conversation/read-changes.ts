import type { User } from '../accounts/user.ts';
import type { ChangeList, ChangeLog, ChangePosition, ChangeRange } from '../changes/change-log.ts';
import type { ChangeSignal, ChangeTurns } from '../changes/change-signal.ts';
import type { Clock } from '../clock.ts';
import type { DomainEvent } from '../events.ts';
import type { FurtherTokenStore } from '../visitors/further-tokens.ts';
import { listTokens } from '../visitors/further-tokens.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';
import {
  type Change,
  type ShowChangesDeps,
  showToUser,
  showToVisitor,
  type Written,
} from './show-changes.ts';

export interface ReadChangesDeps extends ShowChangesDeps {
  readonly changeLog: ChangeLog;
  readonly changeSignal: ChangeSignal;
  readonly changeTurns: ChangeTurns;
  readonly clock: Clock;
  readonly furtherTokens: FurtherTokenStore;
  readonly visitors: VisitorStore;
}

/** Who catches up: a user with everything that they may see, or a visitor with what is theirs. */
export type Follower =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'visitor'; readonly token: string };

/** Where a follower is in each of the orders. */
export interface ChangeCursor {
  readonly visitors: ChangePosition;
  readonly messages: ChangePosition;
  readonly details: ChangePosition;
}

export interface Changes {
  readonly changes: readonly Change[];
  readonly next: ChangeCursor;
  /** Whether there is more to read at once. */
  readonly hasMore: boolean;
}

/**
 * Writes get their date before they are stored, by the clocks of several instances: what is younger than this is not
 * read yet, since something with an earlier date might follow.
 */
const settleMs = 2_000;
/** Timers may be a little early. */
const marginMs = 20;
/** So many documents of each kind are read at a time. */
const readAtATime = 100;
/** Of a visitor's rooms, so many of the newest are looked at. */
const roomsFollowed = 100;

/** The place at which whoever begins to follow begins. */
export function changesFromNow({ clock }: Pick<ReadChangesDeps, 'clock'>): ChangeCursor {
  const now = { at: settled(clock()), id: '' };
  return { visitors: now, messages: now, details: now };
}

const settled = (now: Date): Date => new Date(now.getTime() - settleMs);

/** What changed after a place, as far as a follower may see it: users see no tokens, and only rooms that they may read. */
async function readChanges(
  deps: ReadChangesDeps,
  follower: Follower,
  since: ChangeCursor,
  signal: AbortSignal,
): Promise<Changes> {
  const upTo = settled(deps.clock());
  const range = (after: ChangePosition): ChangeRange => ({ after, upTo, limit: readAtATime, signal });
  const ranges: Ranges = {
    visitors: range(since.visitors),
    messages: range(since.messages),
    details: range(since.details),
  };
  const written =
    follower.kind === 'user'
      ? await readForUser(deps, ranges)
      : await readForVisitor(deps, ranges, follower.token);
  const { visitors, messages, details } = written;
  const shown =
    follower.kind === 'user'
      ? await showToUser(deps, follower.user, written)
      : showToVisitor(deps, follower.token, written);
  return {
    changes: shown.sort((one, other) => one.at.getTime() - other.at.getTime()),
    next: {
      visitors: lastOf(visitors, since.visitors),
      messages: lastOf(messages, since.messages),
      details: lastOf(details, since.details),
    },
    hasMore: visitors.hasMore || messages.hasMore || details.hasMore,
  };
}

/** How long a follower waits, and who they are for the limits. */
export interface ChangeWait {
  readonly waitMs: number;
  /** What the follower's address counts as for limits. */
  readonly network: string;
  /** Aborts when what was found has been sent, or nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/**
 * The same; if nothing has changed, waits until something does, for as long as given.
 * @throws {OverloadedError} if too many wait.
 */
export async function awaitChanges(
  deps: ReadChangesDeps,
  follower: Follower,
  since: ChangeCursor,
  { waitMs, network, signal }: ChangeWait,
): Promise<Changes> {
  if (waitMs === 0) return readInTurn(deps, follower, since, { network, signal });
  const endsAt = performance.now() + waitMs;
  const watch = deps.changeSignal.watch({ network, signal, concerns: await concernOf(deps, follower) });
  try {
    for (let from = since; ; ) {
      const readAt = performance.now();
      const found = await readInTurn(deps, follower, from, { network, signal });
      const leftMs = endsAt - performance.now();
      if (found.changes.length > 0 || leftMs <= 0 || watch.isOver) return found;
      from = found.next;
      // What was written so lately was too young to be read, and will not be announced again.
      const settledAt = watch.changedAt + settleMs + marginMs;
      if (settledAt > readAt) await watch.rest(Math.min(leftMs, settledAt - readAt));
      else if (!found.hasMore) await watch.next(leftMs);
    }
  } finally {
    watch.end();
  }
}

/** Reads when it is the address's turn, and keeps the turn until what was found has been sent. */
async function readInTurn(
  deps: ReadChangesDeps,
  follower: Follower,
  since: ChangeCursor,
  { network, signal }: Omit<ChangeWait, 'waitMs'>,
): Promise<Changes> {
  const nothingFound = new AbortController();
  await deps.changeTurns.take(network, AbortSignal.any([signal, nothingFound.signal]));
  const found = await readChanges(deps, follower, since, signal);
  if (found.changes.length === 0) nothingFound.abort();
  return found;
}

type Ranges = Readonly<Record<keyof ChangeCursor, ChangeRange>>;

async function readForUser({ changeLog }: ReadChangesDeps, ranges: Ranges): Promise<Written> {
  const [visitors, messages, details] = await Promise.all([
    changeLog.listVisitors(ranges.visitors),
    changeLog.listMessages(ranges.messages),
    changeLog.listDetails(ranges.details),
  ]);
  return { visitors, messages, details };
}

async function readForVisitor(deps: ReadChangesDeps, ranges: Ranges, token: string): Promise<Written> {
  const visitor = await deps.visitors.findByToken(token);
  const own = await ownedBy(deps, token, visitor);
  const at = visitor?._updatedAt ?? new Date(0);
  const isChanged = at > ranges.visitors.after.at && at <= ranges.visitors.upTo;
  return {
    visitors: { documents: visitor && isChanged ? [visitor] : [], hasMore: false },
    messages: await deps.changeLog.listMessagesOf(own, ranges.messages),
    // Details are told to agents.
    details: { documents: [], hasMore: false },
  };
}

async function ownedBy(deps: ReadChangesDeps, token: string, visitor: Visitor | null) {
  if (visitor === null) return { roomIds: [], tokens: [token] };
  const [roomIds, tokens] = await Promise.all([
    deps.rooms.listIdsByVisitor(visitor._id, roomsFollowed),
    listTokens(deps, visitor._id),
  ]);
  return { roomIds, tokens: [token, ...tokens] };
}

const lastOf = (
  { documents }: ChangeList<{ readonly _id: string; readonly _updatedAt?: Date }>,
  before: ChangePosition,
): ChangePosition => {
  const last = documents.at(-1);
  return last?._updatedAt ? { at: last._updatedAt, id: last._id } : before;
};

/** Which events wake a follower; for a user any does, and what they may not see is left out when it is read. */
async function concernOf(
  deps: ReadChangesDeps,
  follower: Follower,
): Promise<(event: DomainEvent) => boolean> {
  if (follower.kind === 'user') return () => true;
  const visitor = await deps.visitors.findByToken(follower.token);
  const { roomIds, tokens } = await ownedBy(deps, follower.token, visitor);
  const [rooms, own] = [new Set<string | undefined>(roomIds), new Set<string | undefined>(tokens)];
  return (event) => {
    if (event.kind !== 'changed') return event.kind === 'missed';
    if (event.subject === 'visitor') return event.document._id === visitor?._id;
    if (event.subject === 'message') return rooms.has(event.document.rid);
    return event.subject === 'page-view' && own.has(event.document.navigation.token);
  };
}
