/** Counts what visitors do, for whoever watches the service. */
export interface ActivityCounter {
  visitorRegistered(): void;
  pageViewed(): void;
}
