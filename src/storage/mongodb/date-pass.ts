import type { Collection, Filter } from 'mongodb';
import { createWatermark, type FollowingTiming } from './watermark.ts';

const batchSize = 1_000;

/** A document that tells when it was last written, as all of Rocket.Chat's do. */
export interface DatedDocument {
  readonly _id: string;
  readonly _updatedAt?: Date;
}

/**
 * Finds what was written to a collection since it last looked, by `_updatedAt`, whoever wrote it: each document at least
 * once after each of its writes, and as often as once in a second while others bear the same date. What leaves no date
 * behind is not found: deletions, and writes that leave `_updatedAt` alone.
 */
export interface DatePass {
  /** What was written before it has been looked at. */
  readonly watermark: Date;
  /**
   * Looks at everything that was written before the call. Where it fails, all of it is looked at again the next time.
   * @param take is given the ids, oldest first, and is waited for.
   */
  run(take: (ids: readonly string[]) => Promise<void>): Promise<void>;
}

/** @param startAt what was written before it is of no interest. */
export function createDatePass<T extends DatedDocument>(
  collection: Collection<T>,
  time: FollowingTiming,
  startAt: Date,
): DatePass {
  const watermark = createWatermark(time, startAt);

  const look = async (take: (ids: readonly string[]) => Promise<void>): Promise<void> => {
    const written = collection.find<DatedDocument>({ _updatedAt: { $gte: watermark.date } } as Filter<T>, {
      projection: { _id: 1, _updatedAt: 1 },
      sort: { _updatedAt: 1, _id: 1 },
      batchSize,
    });
    let due: string[] = [];
    for await (const { _id, _updatedAt } of written) {
      if (_updatedAt && watermark.isDue(_id, _updatedAt)) due.push(_id);
      if (due.length < batchSize) continue;
      await take(due);
      due = [];
    }
    if (due.length > 0) await take(due);
  };

  return {
    get watermark() {
      return watermark.date;
    },
    async run(take) {
      const startedAt = time.elapsedMs();
      try {
        await look(take);
      } catch (error) {
        watermark.forget();
        throw error;
      }
      watermark.advance(startedAt);
    },
  };
}
