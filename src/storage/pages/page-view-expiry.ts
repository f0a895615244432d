import { LRUCache } from 'lru-cache';
import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Message } from '../../domain/messages/message.ts';
import type { Logger } from '../../observability/logger.ts';
import { deleteAndReport, type WriteReporter } from '../feed/write-reporter.ts';
import { insertNew } from '../mongodb/insert-new.ts';

/** Page views that one process made within a second, and that expire together. */
interface ExpiringPageViews {
  /** What the `_id`s of all of them begin with. */
  readonly _id: string;
  /** The `_id`s themselves, in entries from before they had a common beginning. */
  readonly messageIds?: readonly string[];
  readonly expireAt: Date;
}

/** An `_id` begins with the second in which it was made, and with what no other process has: 9 of its 12 bytes. */
const beginningOf = (messageId: string): string => messageId.slice(0, 18);
/** Follows on all hexadecimal digits. */
const afterDigits = 'g';
/** How much later the last view may have been made than the first one with the same beginning. */
const spanMs = 1_000;
/** So many of the latest beginnings are known to be recorded. */
const mostKnown = 1_000;

/**
 * Makes page views without a room expire, which Rocket.Chat's number in `expireAt` never does. Those that Foyer wrote
 * are known by what their `_id`s begin with, which `foyer_page_view_expiry` lists with a real date; those that a
 * Rocket.Chat wrote are never touched.
 */
export interface PageViewExpiry {
  /** Records when these page views expire, or up to a second after that. */
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

/** How many entries are processed at a time; each stands for the views of a second. */
const entriesAtATime = 50;

export function createPageViewExpiry(db: Db, reporter: WriteReporter): PageViewExpiry {
  const scheduled = db.collection<ExpiringPageViews>('foyer_page_view_expiry');
  const messages = db.collection<Message>('rocketchat_message');
  const recorded = new LRUCache<string, Promise<unknown>>({ max: mostKnown });

  /** Views of many writes have one beginning, which is recorded once. */
  const record = (beginning: string, expireAt: Date): Promise<unknown> => {
    const known = recorded.get(beginning);
    if (known) return known;
    const written = insertNew(scheduled, { _id: beginning, expireAt });
    recorded.set(beginning, written);
    return written.catch((error) => {
      recorded.delete(beginning);
      throw error;
    });
  };

  return {
    async schedule(messageIds, expireAt) {
      const last = new Date(expireAt.getTime() + spanMs);
      await Promise.all([...new Set(messageIds.map(beginningOf))].map((each) => record(each, last)));
    },
    async deleteExpired(now, signal) {
      let deleted = 0;
      while (!signal.aborted) {
        const due = await findDue(scheduled, now);
        if (due.length === 0) break;
        for (const entry of due) {
          deleted += await deleteWithoutRoom(messages, await listViews(messages, entry), reporter);
          if (signal.aborted) return deleted;
        }
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
    .limit(entriesAtATime)
    .toArray();

/** The views of an entry, and whatever else its process wrote in that second. */
async function listViews(
  messages: Collection<Message>,
  { _id, messageIds }: ExpiringPageViews,
): Promise<readonly string[]> {
  if (messageIds) return messageIds;
  const range = { $gte: _id, $lt: `${_id}${afterDigits}` };
  const found = await messages.find({ _id: range }, { projection: { _id: 1 } }).toArray();
  return found.map((message) => message._id);
}

/** A view that has been assigned to a room in the meantime stays, as in Rocket.Chat. */
const deleteWithoutRoom = (
  messages: Collection<Message>,
  ids: readonly string[],
  reporter: WriteReporter,
): Promise<number> => {
  const filter = { _id: { $in: [...ids] }, t: 'livechat_navigation_history', rid: { $exists: false } };
  return deleteAndReport(messages, filter, reporter);
};
