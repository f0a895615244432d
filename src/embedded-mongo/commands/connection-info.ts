/** The connection a command came over. */
export interface ConnectionInfo {
  readonly id: number;
  /** Aborted when the client has gone: nobody waits for an answer any more. */
  readonly closed: AbortSignal;
}
