import type { Index } from '../mongodb/index-definition.ts';

/** The index for the work in the background. */
export const jobIndexes: readonly Index[] = [
  {
    collection: 'foyer_job',
    name: 'foyer_due_at',
    key: { dueAt: 1 },
    serves: 'the job that has been due the longest',
  },
];
