import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import {
  type PageView,
  type PageViewLog,
  pageViewLifetimeMs,
  roomless,
} from '../../domain/pages/page-view.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { Logger } from '../../observability/logger.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { bulkFailures } from '../mongodb/bulk-failures.ts';
import { distinctValues } from '../mongodb/distinct-values.ts';
import { WriteCoalescer } from '../mongodb/write-coalescer.ts';
import type { PageViewExpiry } from './page-view-expiry.ts';
import type { RoomOwners } from './room-owners.ts';

export interface PageViewStorage extends PageViewLog {
  /** Writes everything that is waiting, and refuses anything that comes later. */
  close(): Promise<void>;
}

interface Parts {
  readonly db: Db;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly expiry: PageViewExpiry;
  readonly owners: RoomOwners;
  readonly reporters: { readonly messages: WriteReporter; readonly rooms: WriteReporter };
}

/** Roughly the size of a document apart from its strings, in memory and in BSON. */
const documentBytes = 512;

/** Stores page views in `rocketchat_message`, those of the same few milliseconds in one write. */
export function createPageViewStorage(parts: Parts): PageViewStorage {
  const messages = parts.db.collection<PageView>('rocketchat_message');
  const rooms = parts.db.collection<Room>('rocketchat_room');
  const coalescer = new WriteCoalescer<PageView>({
    sizeOf: ({ msg, navigation }) => documentBytes + 4 * (msg.length + navigation.token.length),
    async writeBatch(given) {
      const views = await parts.owners.check(given);
      const failures = await insertWithExpiry(messages, parts, views);
      const stored = views.filter((_, index) => !failures.has(index));
      parts.reporters.messages.added(...stored);
      const homeless = await countInRooms(rooms, parts, stored);
      if (homeless.length > 0) await leaveRooms(messages, parts, homeless);
      return failures;
    },
  });
  return { append: (view) => coalescer.write(view), close: () => coalescer.close() };
}

async function insertWithExpiry(
  messages: Collection<PageView>,
  parts: Parts,
  views: readonly PageView[],
): Promise<ReadonlyMap<number, Error>> {
  const [inserted, noted] = await Promise.allSettled([
    messages.insertMany(views, { ordered: false }),
    scheduleExpiry(
      parts,
      views.filter(({ expireAt }) => expireAt !== undefined),
    ),
  ]);
  const failures = inserted.status === 'rejected' ? bulkFailures(inserted.reason) : new Map<number, Error>();
  // A view that nothing would ever delete is not acknowledged.
  if (noted.status === 'rejected') throw noted.reason;
  return failures;
}

const scheduleExpiry = ({ clock, expiry }: Parts, views: readonly PageView[]): Promise<void> =>
  expiry.schedule(
    views.map(({ _id }) => _id),
    new Date(clock().getTime() + pageViewLifetimeMs),
  );

/**
 * The views are stored by now, so a failure here affects the rooms' counters but not the views.
 * @returns the views whose rooms were deleted in the meantime.
 */
async function countInRooms(
  rooms: Collection<Room>,
  { clock, logger, reporters }: Parts,
  views: readonly PageView[],
): Promise<PageView[]> {
  const counts = new Map<string, number>();
  for (const { rid } of views) if (rid !== undefined) counts.set(rid, (counts.get(rid) ?? 0) + 1);
  if (counts.size === 0) return [];
  const updates = [...counts].map(
    ([_id, msgs]): AnyBulkWriteOperation<Room> => ({
      updateOne: { filter: { _id }, update: { $inc: { msgs }, $set: { _updatedAt: clock() } } },
    }),
  );
  try {
    const { matchedCount } = await rooms.bulkWrite(updates, { ordered: false });
    reporters.rooms.changed(...counts.keys());
    if (matchedCount === counts.size) return [];
  } catch (error) {
    logger.warn({ err: error, rooms: counts.size }, 'page views are stored, but not counted in their rooms');
    return [];
  }
  const left = await distinctValues(rooms, '_id', { _id: { $in: [...counts.keys()] } });
  return views.filter(({ rid }) => rid !== undefined && !left.includes(rid));
}

/** Takes stored views out of rooms that no longer exist. */
async function leaveRooms(
  messages: Collection<PageView>,
  parts: Parts,
  views: readonly PageView[],
): Promise<void> {
  await scheduleExpiry(parts, views);
  const updates = views.map((view): AnyBulkWriteOperation<PageView> => {
    const { _id, expireAt } = roomless(view);
    return { updateOne: { filter: { _id }, update: { $unset: { rid: 1 }, $set: { expireAt } } } };
  });
  await messages.bulkWrite(updates, { ordered: false });
  parts.reporters.messages.changed(...views.map(({ _id }) => _id));
}
