import type { ViewedPage } from './visit.ts';

/** Stores the pages that visitors look at, those of many requests in one write. */
export interface ViewedPageLog {
  /**
   * Resolves when the page is durably stored.
   * @throws {DatabaseUnavailableError} also when too many pages are waiting to be kept in memory.
   */
  append(page: ViewedPage): Promise<void>;
}
