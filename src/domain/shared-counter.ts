/** Counts calls for all instances together. */
export interface SharedCounter {
  /**
   * Adds calls to the key's window, which begins with the first of them.
   * @param windowMs how long a window that begins now lasts, in milliseconds.
   */
  add(key: string, calls: number, windowMs: number): Promise<SharedCount>;
}

export interface SharedCount {
  /** The calls of all instances in this window. */
  readonly total: number;
  /** How long the window still lasts, in milliseconds. */
  readonly remainingMs: number;
}
