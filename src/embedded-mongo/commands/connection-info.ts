/** The connection a command came over. */
export interface ConnectionInfo {
  readonly id: number;
  /** Whether the client has gone: nobody waits for an answer any more. */
  readonly isClosed: boolean;
}
