import type { Index } from '../mongodb/index-definition.ts';
import { erasureCollection } from './erasures.ts';

/** The index for receipts of deletions. */
export const erasureIndexes: readonly Index[] = [
  {
    collection: erasureCollection,
    name: 'foyer_erasure_expiry',
    key: { expireAt: 1 },
    options: { expireAfterSeconds: 0 },
    serves: 'removing receipts after a year',
  },
];
