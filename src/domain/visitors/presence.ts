/**
 * Which visitors have sockets open, and on which instances. Each instance says regularly that it is alive; what one
 * that died has left is found by the others.
 */
export interface PresenceStore {
  /** This instance has a socket of the visitor's. */
  enter(visitorId: string): Promise<void>;
  /** This instance has none of theirs any more. */
  leave(visitorId: string): Promise<void>;
  /** Whether an instance has a socket of the visitor's. */
  isPresent(visitorId: string): Promise<boolean>;
  /**
   * This instance is alive for so long from now on.
   * @returns false if it was taken for dead, and what it had entered is forgotten.
   */
  renew(forMs: number): Promise<boolean>;
  /** Visitors who were entered by instances that are no longer alive, `limit` at most. */
  listAbandoned(limit: number): Promise<AbandonedVisitor[]>;
  /** Forgets them. */
  forget(abandoned: readonly AbandonedVisitor[]): Promise<void>;
}

export interface AbandonedVisitor {
  readonly instance: string;
  readonly visitorId: string;
}
