/** Counts calls across all instances. */
export interface SharedCounter {
  /**
   * Adds calls to the key's window, which begins with the first of them.
   * @param windowMs how long a window that begins now is to last, in milliseconds.
   */
  add(key: string, calls: number, windowMs: number): Promise<SharedCount>;
}

export interface SharedCount {
  /** The calls of all instances in this window. */
  readonly total: number;
  /** How much of the window is left, in milliseconds. */
  readonly remainingMs: number;
}
