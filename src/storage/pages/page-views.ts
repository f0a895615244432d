import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import {
  type PageView,
  type PageViewLog,
  pageViewLifetimeMs,
  roomless,
  type SeenPage,
} from '../../domain/pages/page-view.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { ViewedPage } from '../../domain/visits/visit.ts';
import type { Logger } from '../../observability/logger.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { bulkFailures } from '../mongodb/bulk-failures.ts';
import { distinctValues } from '../mongodb/distinct-values.ts';
import { WriteCoalescer } from '../mongodb/write-coalescer.ts';
import { visitCollectionsOf } from '../visits/visitor-documents.ts';
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

/** Failures of writes, by their places among these. */
type Failures = ReadonlyMap<number, Error>;

/** Roughly the size of both documents apart from their strings, in memory and in BSON. */
const documentBytes = 768;
/** Of each letter of a text that is in both. */
const letterBytes = 8;

/**
 * Stores what visitors see in `rocketchat_message` and `foyer_page_view`, all of the same few milliseconds in one
 * write to each, and both at once.
 */
export function createPageViewStorage(parts: Parts): PageViewStorage {
  const messages = parts.db.collection<PageView>('rocketchat_message');
  const rooms = parts.db.collection<Room>('rocketchat_room');
  const { pages } = visitCollectionsOf(parts.db);
  const coalescer = new WriteCoalescer<SeenPage>({
    sizeOf: ({ view, page }) => documentBytes + letterBytes * Math.max(lettersOf(view), lettersOf(page)),
    async writeBatch(seen) {
      const [views, viewed] = await Promise.allSettled([
        writeAmong(
          seen.map(({ view }) => view),
          (given) => writeViews(messages, rooms, parts, given),
        ),
        writeAmong(
          seen.map(({ page }) => page),
          (given) => failuresOf(pages.insertMany(given, { ordered: false })),
        ),
      ]);
      if (views.status === 'rejected') throw views.reason;
      if (viewed.status === 'rejected') throw viewed.reason;
      return new Map([...views.value, ...viewed.value]);
    },
  });
  return { append: (seen) => coalescer.write(seen), close: () => coalescer.close() };
}

const lettersOf = (seen: PageView | ViewedPage | undefined): number => {
  if (seen === undefined) return 0;
  return 'msg' in seen
    ? seen.msg.length + seen.navigation.token.length
    : seen.url.length + seen.title.length + seen.token.length;
};

/** Writes those that are there. */
async function writeAmong<T>(
  all: readonly (T | undefined)[],
  write: (given: readonly T[]) => Promise<Failures>,
): Promise<Failures> {
  const places = [...all.keys()].filter((place) => all[place] !== undefined);
  if (places.length === 0) return new Map();
  const failures = await write(all.filter((each) => each !== undefined));
  return new Map([...failures].map(([index, error]) => [places[index] ?? -1, error]));
}

/** Writes Rocket.Chat's records, and counts them in their rooms. */
async function writeViews(
  messages: Collection<PageView>,
  rooms: Collection<Room>,
  parts: Parts,
  given: readonly PageView[],
): Promise<Failures> {
  const views = await parts.owners.check(given);
  const failures = await insertWithExpiry(messages, parts, views);
  const stored = views.filter((_, index) => !failures.has(index));
  parts.reporters.messages.added(...stored);
  const homeless = await countInRooms(rooms, parts, stored);
  if (homeless.length > 0) await leaveRooms(messages, parts, homeless);
  return failures;
}

async function insertWithExpiry(
  messages: Collection<PageView>,
  parts: Parts,
  views: readonly PageView[],
): Promise<Failures> {
  const [inserted, noted] = await Promise.allSettled([
    failuresOf(messages.insertMany(views, { ordered: false })),
    scheduleExpiry(
      parts,
      views.filter(({ expireAt }) => expireAt !== undefined),
    ),
  ]);
  // A view that nothing would ever delete is not acknowledged.
  if (noted.status === 'rejected') throw noted.reason;
  if (inserted.status === 'rejected') throw inserted.reason;
  return inserted.value;
}

const failuresOf = (inserting: Promise<unknown>): Promise<Failures> =>
  inserting.then(() => new Map<number, Error>(), bulkFailures);

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
