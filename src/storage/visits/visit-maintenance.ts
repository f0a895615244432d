import type { Clock } from '../../domain/clock.ts';
import { firstHexIdAt } from '../../domain/ids.ts';
import type { VisitSigns } from '../../domain/visits/visit-sign.ts';
import type { VisitCollections } from './visitor-documents.ts';

export interface VisitMaintenanceParts {
  readonly collections: VisitCollections;
  readonly clock: Clock;
  readonly signs: VisitSigns;
  readonly retentionMs: () => number;
}

const batchSize = 1_000;
/** Signs wait for a second to be written, so whatever a process lost when it died is not older than this. */
const lostWithinMs = 5 * 60 * 1000;
/** Every instance that is alive has written its signs after this time. */
export const writtenAfterMs = 10_000;
/** The newest ones: the process that died was most likely this one's predecessor, seconds ago. */
const mostLost = 10_000;

/**
 * Takes note of pages again that are stored, but missing from their visits, because a process died before it had
 * written their signs.
 */
export async function recoverSigns({
  collections,
  clock,
  signs,
}: Omit<VisitMaintenanceParts, 'retentionMs'>): Promise<void> {
  const recent = await collections.pages
    .find({ _id: { $gte: firstIdOfAge(clock, lostWithinMs), $lt: firstIdOfAge(clock, writtenAfterMs) } })
    .sort({ _id: -1 })
    .limit(mostLost)
    .toArray();
  const tokens = [...new Set(recent.map(({ token }) => token))];
  const known = await collections.visitors.find({ tokens: { $in: tokens } }).toArray();
  const lastSeen = new Map(
    known.flatMap(({ tokens: theirs = [], visit }) =>
      theirs.map((token) => [token, visit?.lastSeenAt] as const),
    ),
  );
  for (const { _id, token, url, title, openedAt } of recent.reverse()) {
    const seenAt = lastSeen.get(token);
    if (seenAt !== undefined && seenAt >= openedAt) continue;
    signs.note({ token, at: openedAt, page: { _id, url, title, referrer: '' } });
  }
}

const firstIdOfAge = (clock: Clock, ageMs: number): string =>
  firstHexIdAt(new Date(clock().getTime() - ageMs));

/**
 * Deletes the pages that are older than visits are kept, some at a time.
 * @param signal stops it after the step that it is at.
 */
export async function deleteOldPages(
  { collections: { pages }, clock, retentionMs }: Omit<VisitMaintenanceParts, 'signs'>,
  signal: AbortSignal,
): Promise<void> {
  const undated = { expireAt: { $exists: false } };
  const old = { ...undated, _id: { $lt: firstIdOfAge(clock, retentionMs()) } };
  while (!signal.aborted) {
    const ids = pages.find(old, { projection: { _id: 1 } }).sort({ _id: 1 });
    const last = (await ids.limit(batchSize).toArray()).at(-1);
    if (last === undefined) return;
    await pages.deleteMany({ ...undated, _id: { $lte: last._id } });
  }
}

/**
 * Forgets the last visits of registered visitors that are older than visits are kept; the counts stay.
 * @param signal stops it after the step that it is at.
 */
export async function forgetOldVisits(
  { collections: { visitors }, clock, retentionMs }: Omit<VisitMaintenanceParts, 'signs'>,
  signal: AbortSignal,
): Promise<void> {
  const before = new Date(clock().getTime() - retentionMs());
  while (!signal.aborted) {
    const old = await visitors
      .find({ presentUntil: { $lt: before } }, { projection: { _id: 1 } })
      .limit(batchSize)
      .toArray();
    if (old.length === 0) return;
    const ids = old.map(({ _id }) => _id);
    await visitors.updateMany(
      { _id: { $in: ids }, presentUntil: { $lt: before } },
      { $unset: { visit: 1, presentUntil: 1 } },
    );
  }
}
