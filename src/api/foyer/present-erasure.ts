import type { Erasure } from '../../domain/erasures/erasure.ts';

/** The receipt of a deletion. */
export const presentErasure = ({ finishedAt, ...erasure }: Erasure): object => ({
  ...erasure,
  finishedAt: finishedAt ?? null,
});
