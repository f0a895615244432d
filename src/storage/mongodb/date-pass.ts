import type { Collection, Filter } from 'mongodb';
import { createWatermark, type FollowingTiming } from './watermark.ts';

const batchSize = 1_000;

/** A document with the date of its last write, as all of Rocket.Chat's have. */
export interface DatedDocument {
  readonly _id: string;
  readonly _updatedAt?: Date;
}

/**
 * Finds what anyone has written to a collection since the last pass, by `_updatedAt`: each document at least once
 * after each of its writes, and up to once a second while others have the same date. Changes without a new date are
 * not found: deletions, and writes that do not change `_updatedAt`.
 */
export interface DatePass {
  /** Everything written before this date has been looked at. */
  readonly watermark: Date;
  /**
   * Looks at everything written before the call. If it fails, all of it is looked at again the next time.
   * @param take is called with ids, oldest first, and waited for.
   */
  run(take: (ids: readonly string[]) => Promise<void>): Promise<void>;
}

/**
 * @param startAt writes before this date are ignored.
 * @param hint the index to use; a pass fails while it is missing.
 */
export function createDatePass<T extends DatedDocument>(
  collection: Collection<T>,
  time: FollowingTiming,
  startAt: Date,
  hint?: Readonly<Record<string, 1>>,
): DatePass {
  const watermark = createWatermark(time, startAt);

  const look = async (take: (ids: readonly string[]) => Promise<void>): Promise<void> => {
    const written = collection.find<DatedDocument>({ _updatedAt: { $gte: watermark.date } } as Filter<T>, {
      projection: { _id: 1, _updatedAt: 1 },
      sort: { _updatedAt: 1, _id: 1 },
      batchSize,
      ...(hint && { hint }),
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
