/** The connection a command came over. */
export interface ConnectionInfo {
  readonly id: number;
  /** Aborted when the client disconnects, and so no longer waits for an answer. */
  readonly closed: AbortSignal;
}
