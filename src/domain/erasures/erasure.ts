import { derivedId } from '../ids.ts';
import type { JobCounts } from '../jobs.ts';

/**
 * The receipt of a visitor's deletion: a document of `foyer_erasure`. It does not say who they were, not even by the
 * id; whoever asked for the deletion has the receipt's.
 */
export interface Erasure {
  readonly _id: string;
  readonly requestedAt: Date;
  /** Absent as long as the deletion is in progress. */
  readonly finishedAt?: Date;
  /** How many documents of each kind are gone so far. */
  readonly deleted: JobCounts;
}

/** The id of the receipt for a visitor's deletion, however often that is asked for. */
export const erasureIdOf = (visitorId: string): string => derivedId('erasure', visitorId);

/** Keeps receipts, for a year. */
export interface ErasureStore {
  /** Begins a receipt unless there is one. */
  begin(id: string, at: Date): Promise<void>;
  /** Adds to what is gone, if somebody asked for a receipt. */
  count(id: string, deleted: JobCounts): Promise<void>;
  finish(id: string, at: Date): Promise<void>;
  find(id: string): Promise<Erasure | null>;
}
