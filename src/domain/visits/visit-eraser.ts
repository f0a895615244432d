/** Erases what the log of visits knows. */
export interface VisitEraser {
  /**
   * Erases the records and the visits of a registered visitor and of whoever came with these tokens, and the pages that
   * they looked at.
   * @returns how many documents that were.
   */
  erase(visitorId: string, tokens: readonly string[]): Promise<number>;
}
