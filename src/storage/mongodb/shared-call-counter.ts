import type { Db } from 'mongodb';
import { RateLimiterMongo } from 'rate-limiter-flexible';
import type { SharedCounter } from '../../domain/shared-counter.ts';

/** Losing a few counts along with a server does no harm; waiting for its disk would. */
const writeConcern = { w: 1, journal: false } as const;

/**
 * Counts calls, and bytes, in `foyer_rate_limits`, one document per key, which MongoDB removes when its window is over.
 */
export function createSharedCallCounter(db: Db): SharedCounter {
  const limiter = new RateLimiterMongo({
    storeClient: { collection: (name: string) => db.collection(name, { writeConcern }) },
    tableName: 'foyer_rate_limits',
    keyPrefix: '',
    points: 1,
    duration: 60,
    // The service creates them with its other indexes.
    disableIndexesCreation: true,
  });
  return {
    async add(key, amount, windowMs) {
      const options = { attrs: {}, customDuration: windowMs / 1000 };
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key, amount, options);
      return { total: consumedPoints, remainingMs: msBeforeNext };
    },
  };
}
