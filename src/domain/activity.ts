/** Counts what visitors do, for the service's metrics. */
export interface ActivityCounter {
  visitorRegistered(): void;
  pageViewed(): void;
}
