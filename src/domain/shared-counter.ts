/** Counts calls, or bytes, across all instances. */
export interface SharedCounter {
  /**
   * Adds an amount to the key's window, which begins with the first of it.
   * @param windowMs how long a window that begins now is to last, in milliseconds.
   */
  add(key: string, amount: number, windowMs: number): Promise<SharedCount>;
}

export interface SharedCount {
  /** What all instances have counted in this window. */
  readonly total: number;
  /** How much of the window is left, in milliseconds. */
  readonly remainingMs: number;
}
