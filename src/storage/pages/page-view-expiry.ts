import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Message } from '../../domain/messages/message.ts';
import type { Logger } from '../../observability/logger.ts';

/** Page views that Foyer wrote in one go and that expire together. */
interface ExpiringPageViews {
  readonly _id: string;
  readonly messageIds: readonly string[];
  readonly expireAt: Date;
}

/**
 * Lets page views without a room expire, which Rocket.Chat's number in `expireAt` never does. What Foyer wrote is
 * noted in `foyer_page_view_expiry` with a real date; page views that a Rocket.Chat wrote are never touched.
 */
export interface PageViewExpiry {
  /** Notes when these page views expire. */
  note(messageIds: readonly string[], expireAt: Date): Promise<void>;
  /** Deletes what has expired by `now` and still has no room. @returns how many page views were deleted. */
  deleteExpired(now: Date): Promise<number>;
}

/** How often what has expired is looked for; some hours more or less do not matter after 30 days. */
const expireEveryMs = 60 * 60 * 1000;

/**
 * Deletes now and then what has expired. Several instances may do so side by side.
 * @returns what ends it, once a deletion under way is through.
 */
export function expireRegularly(expiry: PageViewExpiry, clock: Clock, logger: Logger): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const expire = async () => {
    try {
      const pageViews = await expiry.deleteExpired(clock());
      if (pageViews > 0) logger.info({ pageViews }, 'deleted page views that had expired');
    } catch (error) {
      logger.warn({ err: error }, 'expired page views could not be deleted; the next hour tries again');
    }
  };
  const timer = setInterval(() => {
    running = running.then(expire);
  }, expireEveryMs).unref();
  return () => {
    clearInterval(timer);
    return running;
  };
}

/** How many notes are worked off at a time; each names the views of one write. */
const notesAtATime = 50;

export function createPageViewExpiry(db: Db): PageViewExpiry {
  const notes = db.collection<ExpiringPageViews>('foyer_page_view_expiry');
  const messages = db.collection<Message>('rocketchat_message');
  return {
    async note(messageIds, expireAt) {
      const [first] = messageIds;
      if (first === undefined) return;
      await notes.insertOne({ _id: first, messageIds, expireAt });
    },
    async deleteExpired(now) {
      let deleted = 0;
      for (;;) {
        const due = await findDue(notes, now);
        if (due.length === 0) return deleted;
        deleted += await deleteWithoutRoom(messages, due);
        // Last, so that what a crash leaves undone is found again.
        await notes.deleteMany({ _id: { $in: due.map(({ _id }) => _id) } });
      }
    },
  };
}

const findDue = (notes: Collection<ExpiringPageViews>, now: Date): Promise<ExpiringPageViews[]> =>
  notes
    .find({ expireAt: { $lte: now } })
    .sort({ expireAt: 1 })
    .limit(notesAtATime)
    .toArray();

/** A view that was given to a room in the meantime stays, as in Rocket.Chat. */
async function deleteWithoutRoom(
  messages: Collection<Message>,
  due: readonly ExpiringPageViews[],
): Promise<number> {
  let deleted = 0;
  for (const { messageIds } of due) {
    const result = await messages.deleteMany({ _id: { $in: [...messageIds] }, rid: { $exists: false } });
    deleted += result.deletedCount;
  }
  return deleted;
}
