import type { Index } from '../mongodb/index-definition.ts';
import { banCollection } from './bans.ts';

/** The indexes for bans. */
export const banIndexes: readonly Index[] = [
  {
    collection: banCollection,
    name: 'foyer_ban_of_value',
    key: { kind: 1, value: 1 },
    options: { unique: true },
    serves: 'that nobody is banned twice; the ban of a visitor',
  },
  {
    collection: banCollection,
    name: 'foyer_bans_newest_first',
    key: { createdAt: -1 },
    serves: 'all bans, the newest first',
  },
  {
    collection: banCollection,
    name: 'foyer_ban_expiry',
    key: { expiresAt: 1 },
    options: { sparse: true, expireAfterSeconds: 0 },
    serves: 'removing bans that have expired',
  },
];
