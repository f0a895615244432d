import type { User } from '../accounts/user.ts';
import type { ChangeLog, ChangePosition, ChangeRange } from '../changes/change-log.ts';
import type { ChangeSignal } from '../changes/change-signal.ts';
import type { Clock } from '../clock.ts';
import type { DomainEvent } from '../events.ts';
import type { Message } from '../messages/message.ts';
import type { RoomStore } from '../rooms/room.ts';
import { canAccessRoom, type RoomAccessDeps } from '../rooms/room-access.ts';
import { messageSeenBy, messageWithoutToken } from '../rooms/visitor-tokens.ts';
import { listTokens } from '../visitors/further-tokens.ts';
import type { FurtherTokenStore } from '../visitors/further-tokens.ts';
import { shownToVisitor } from '../visitors/get-visitor.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';

export interface ReadChangesDeps extends RoomAccessDeps {
  readonly changeLog: ChangeLog;
  readonly changeSignal: ChangeSignal;
  readonly clock: Clock;
  readonly furtherTokens: FurtherTokenStore;
  readonly rooms: RoomStore;
  readonly visitorRecords: VisitorRecords;
  readonly visitors: VisitorStore;
}

/** Who catches up: a user with everything that they may see, or a visitor with what is theirs. */
export type Follower =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'visitor'; readonly token: string };

/** Where a follower is in each of the two orders. */
export interface ChangeCursor {
  readonly visitors: ChangePosition;
  readonly messages: ChangePosition;
}

/** A document as it is after a change, as the follower may see it. */
export type Change =
  | { readonly kind: 'visitor'; readonly at: Date; readonly document: Visitor }
  | {
      readonly kind: 'message' | 'page-view';
      readonly at: Date;
      /** The `_id` of the visitor who looked at the page, for users. */
      readonly visitorId?: string | undefined;
      readonly document: Message;
    };

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
export const settleMs = 2_000;
/** Timers may be a little early. */
const marginMs = 20;
/** So many documents of each kind are read at a time. */
const readAtATime = 100;
/** Of a visitor's rooms, so many are looked at. */
const roomsFollowed = 100;

/** The place at which whoever begins to follow begins. */
export function changesFromNow({ clock }: Pick<ReadChangesDeps, 'clock'>): ChangeCursor {
  const now = { at: settled(clock()), id: '' };
  return { visitors: now, messages: now };
}

const settled = (now: Date): Date => new Date(now.getTime() - settleMs);

/** What changed after a place, as far as a follower may see it: users see no tokens, and only rooms that they may read. */
export async function readChanges(
  deps: ReadChangesDeps,
  follower: Follower,
  since: ChangeCursor,
  signal: AbortSignal,
): Promise<Changes> {
  const upTo = settled(deps.clock());
  const range = (after: ChangePosition): ChangeRange => ({ after, upTo, limit: readAtATime, signal });
  const read = follower.kind === 'user' ? readForUser : readForVisitor;
  const { visitors, messages } = await read(deps, range(since.visitors), range(since.messages), follower);
  const shown = await show(deps, follower, visitors, messages);
  return {
    changes: shown.sort((one, other) => one.at.getTime() - other.at.getTime()),
    next: { visitors: lastOf(visitors, since.visitors), messages: lastOf(messages, since.messages) },
    hasMore: visitors.length === readAtATime || messages.length === readAtATime,
  };
}

export interface Patience {
  readonly waitMs: number;
  /** What the follower's address counts as for limits. */
  readonly network: string;
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
  { waitMs, network, signal }: Patience,
): Promise<Changes> {
  if (waitMs === 0) return readChanges(deps, follower, since, signal);
  const endsAt = performance.now() + waitMs;
  const watch = deps.changeSignal.watch({ network, signal, concerns: await concernOf(deps, follower) });
  try {
    for (let from = since; ; ) {
      const readAt = performance.now();
      const found = await readChanges(deps, follower, from, signal);
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

interface Written {
  readonly visitors: readonly Visitor[];
  readonly messages: readonly Message[];
}

async function readForUser(
  { changeLog }: ReadChangesDeps,
  ofVisitors: ChangeRange,
  ofMessages: ChangeRange,
): Promise<Written> {
  const [visitors, messages] = await Promise.all([
    changeLog.listVisitors(ofVisitors),
    changeLog.listMessages(ofMessages),
  ]);
  return { visitors, messages };
}

async function readForVisitor(
  deps: ReadChangesDeps,
  ofVisitors: ChangeRange,
  ofMessages: ChangeRange,
  follower: Follower,
): Promise<Written> {
  const token = follower.kind === 'visitor' ? follower.token : '';
  const visitor = await deps.visitors.findByToken(token);
  const own = await ownedBy(deps, token, visitor);
  const at = visitor?._updatedAt ?? new Date(0);
  const isChanged = at > ofVisitors.after.at && at <= ofVisitors.upTo;
  return {
    visitors: visitor && isChanged ? [visitor] : [],
    messages: await deps.changeLog.listMessagesOf(own, ofMessages),
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
  documents: readonly { readonly _id: string; readonly _updatedAt?: Date }[],
  before: ChangePosition,
): ChangePosition => {
  const last = documents.at(-1);
  return last?._updatedAt ? { at: last._updatedAt, id: last._id } : before;
};

const isPageView = ({ t }: Message): boolean => t === 'livechat_navigation_history';

async function show(
  deps: ReadChangesDeps,
  follower: Follower,
  visitors: readonly Visitor[],
  messages: readonly Message[],
): Promise<Change[]> {
  const changedAt = ({ _updatedAt = new Date(0) }: { readonly _updatedAt?: Date }) => _updatedAt;
  const people = visitors.map((visitor): Change => {
    const { token: _, ...withoutToken } = visitor;
    const document = follower.kind === 'visitor' ? shownToVisitor(visitor) : withoutToken;
    return { kind: 'visitor', at: changedAt(visitor), document };
  });
  const kindOf = (message: Message) => (isPageView(message) ? 'page-view' : 'message');
  if (follower.kind === 'visitor') {
    const hidden = deps.settings.get('Hide_System_Messages');
    const visible = messages.filter(
      (each) => isPageView(each) || (each._hidden !== true && !hidden.includes(each.t ?? '')),
    );
    const seen = visible.map(
      (each): Change => ({
        ...{ kind: kindOf(each), at: changedAt(each), document: messageSeenBy(follower.token, each) },
      }),
    );
    return [...people, ...seen];
  }
  const readable = await readableBy(deps, follower.user, messages);
  const visitorIds = await deps.visitorRecords.findIdsByTokens(
    readable.flatMap(({ navigation }) => navigation?.token ?? []),
  );
  const seen = readable.map(
    (each): Change => ({
      ...{ kind: kindOf(each), at: changedAt(each), document: messageWithoutToken(each) },
      visitorId: visitorIds.get(each.navigation?.token ?? ''),
    }),
  );
  return [...people, ...seen];
}

/** Those of the messages that are in livechat rooms that a user may read, or page views without a room. */
async function readableBy(
  deps: ReadChangesDeps,
  user: User,
  messages: readonly Message[],
): Promise<Message[]> {
  const roomIds = new Set(messages.flatMap(({ rid }) => rid ?? []));
  const readable = new Set<string | undefined>([undefined]);
  for (const id of roomIds) {
    const room = await deps.rooms.findById(id);
    if (room && (await canAccessRoom(deps, user, room))) readable.add(id);
  }
  return messages.filter(
    (message) => readable.has(message.rid) && (message.rid !== undefined || isPageView(message)),
  );
}

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
