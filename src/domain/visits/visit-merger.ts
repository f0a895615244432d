/** Adds what is known of somebody's visits to what is known of somebody else. */
export interface VisitMerger {
  /**
   * Merges records, by the `_id` of their documents. The public ids of the first lead to the second from then on, or to
   * whomever the second turned out to be. It is done once, however often it is asked for.
   */
  merge(fromRecordId: string, intoRecordId: string): Promise<void>;
}
