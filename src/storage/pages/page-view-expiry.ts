import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Message } from '../../domain/messages/message.ts';
import type { Logger } from '../../observability/logger.ts';
import { deleteAndReport, type WriteReporter } from '../feed/write-reporter.ts';

/** Page views that Foyer wrote together and that expire together. */
interface ExpiringPageViews {
  readonly _id: string;
  readonly messageIds: readonly string[];
  readonly expireAt: Date;
}

/**
 * Makes page views without a room expire, which Rocket.Chat's number in `expireAt` never does. Those that Foyer wrote
 * are listed in `foyer_page_view_expiry` with a real date; those that a Rocket.Chat wrote are never touched.
 */
export interface PageViewExpiry {
  /** Records when these page views expire. */
  schedule(messageIds: readonly string[], expireAt: Date): Promise<void>;
  /**
   * Deletes the page views that have expired by `now` and still have no room.
   * @param signal stops it after the step that it is at.
   * @returns how many were deleted.
   */
  deleteExpired(now: Date, signal: AbortSignal): Promise<number>;
}

/** Deletes the page views that have expired, and logs how many. Several instances may do so at the same time. */
export async function expirePageViews(
  { expiry, clock, logger }: { expiry: PageViewExpiry; clock: Clock; logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  const pageViews = await expiry.deleteExpired(clock(), signal);
  if (pageViews > 0) logger.info({ pageViews }, 'deleted page views that had expired');
}

/** How many entries are processed at a time; each lists the views of one write. */
const batchesAtATime = 50;

export function createPageViewExpiry(db: Db, reporter: WriteReporter): PageViewExpiry {
  const scheduled = db.collection<ExpiringPageViews>('foyer_page_view_expiry');
  const messages = db.collection<Message>('rocketchat_message');
  return {
    async schedule(messageIds, expireAt) {
      const [first] = messageIds;
      if (first === undefined) return;
      await scheduled.insertOne({ _id: first, messageIds, expireAt });
    },
    async deleteExpired(now, signal) {
      let deleted = 0;
      while (!signal.aborted) {
        const due = await findDue(scheduled, now);
        if (due.length === 0) break;
        deleted += await deleteWithoutRoom(messages, due, reporter);
        // Last, so that whatever a crash leaves undone is found again.
        await scheduled.deleteMany({ _id: { $in: due.map(({ _id }) => _id) } });
      }
      return deleted;
    },
  };
}

const findDue = (scheduled: Collection<ExpiringPageViews>, now: Date): Promise<ExpiringPageViews[]> =>
  scheduled
    .find({ expireAt: { $lte: now } })
    .sort({ expireAt: 1 })
    .limit(batchesAtATime)
    .toArray();

/** A view that has been assigned to a room in the meantime stays, as in Rocket.Chat. */
async function deleteWithoutRoom(
  messages: Collection<Message>,
  due: readonly ExpiringPageViews[],
  reporter: WriteReporter,
): Promise<number> {
  let deleted = 0;
  for (const { messageIds } of due) {
    const withoutRoom = { _id: { $in: [...messageIds] }, rid: { $exists: false } };
    deleted += await deleteAndReport(messages, withoutRoom, reporter);
  }
  return deleted;
}
