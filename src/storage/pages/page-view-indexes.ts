import type { Index } from '../mongodb/index-definition.ts';

/** The index for the expiry of page views. */
export const pageViewIndexes: readonly Index[] = [
  {
    collection: 'foyer_page_view_expiry',
    name: 'foyer_expire_at',
    key: { expireAt: 1 },
    serves: 'page views that have expired, oldest first',
  },
];
