/** Two visitors of whom the first is being made the second. */
export interface VisitorPair {
  readonly from: string;
  readonly into: string;
}

/** The pairs as they were at one moment. */
export interface JoinList {
  readonly pairs: readonly VisitorPair[];
  /** Changes with every change of the pairs. */
  readonly version: number;
}

/** The visitors who are being made one, by whichever instance, so that no circle of them comes about. */
export interface PendingJoins {
  read(): Promise<JoinList>;
  /**
   * Adds a pair, which may be there already.
   * @returns false if the list has changed since it was read: it must be read again.
   */
  add(pair: VisitorPair, read: JoinList): Promise<boolean>;
  remove(pair: VisitorPair): Promise<void>;
}
