import type { Index } from './index-definition.ts';

/** The indexes for counting calls across instances. */
export const callCounterIndexes: readonly Index[] = [
  {
    collection: 'foyer_rate_limits',
    name: 'foyer_key',
    key: { key: 1 },
    options: { unique: true },
    serves: 'the calls of an address, counted by all instances',
  },
  {
    collection: 'foyer_rate_limits',
    name: 'foyer_expire',
    key: { expire: 1 },
    options: { expireAfterSeconds: 0 },
    serves: 'the removal of windows that are over',
  },
];
