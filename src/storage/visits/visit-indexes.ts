import type { Index } from '../mongodb/index-definition.ts';

/** The indexes for visits and public ids. */
export const visitIndexes: readonly Index[] = [
  {
    collection: 'foyer_public_id',
    name: 'foyer_public_number',
    key: { kind: 1, number: 1 },
    options: { unique: true },
    serves: 'what a public number belongs to; the highest number of a group',
  },
  {
    collection: 'foyer_public_id',
    name: 'foyer_public_code',
    key: { kind: 1, code: 1 },
    options: { unique: true },
    serves: 'what a public code belongs to',
  },
];
