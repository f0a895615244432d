import type { Message } from '../messages/message.ts';
import type { StoredDetailSet } from '../visitor-details/visitor-details.ts';
import type { Visitor } from '../visitors/visitor.ts';

/** A place in the order of writes: the date of one, and the `_id` of its document. */
export interface ChangePosition {
  readonly at: Date;
  readonly id: string;
}

/** What was written after a place, up to a date; the oldest first. */
export interface ChangeRange {
  readonly after: ChangePosition;
  readonly upTo: Date;
  /** How many documents to read at most. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** What is found at a time. */
export interface ChangeList<T> {
  readonly documents: readonly T[];
  /** Whether there may be more: as many were found as asked for, or as much as anybody is given at a time. */
  readonly hasMore: boolean;
}

/** Finds what was written, by anybody, by `_updatedAt`. A document that was written twice is found as it is now. */
export interface ChangeLog {
  listVisitors(range: ChangeRange): Promise<ChangeList<Visitor>>;
  listDetails(range: ChangeRange): Promise<ChangeList<StoredDetailSet>>;
  /** Messages and page views, those of a Rocket.Chat's teams, too. */
  listMessages(range: ChangeRange): Promise<ChangeList<Message>>;
  /** Those in a visitor's rooms, and the page views of their tokens. */
  listMessagesOf(
    owner: { readonly roomIds: readonly string[]; readonly tokens: readonly string[] },
    range: ChangeRange,
  ): Promise<ChangeList<Message>>;
}
