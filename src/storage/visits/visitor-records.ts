import type { Filter } from 'mongodb';
import { mapEach } from '../../domain/paging.ts';
import type { VisitorReference } from '../../domain/visits/public-ids.ts';
import type { ViewedPage, Visit } from '../../domain/visits/visit.ts';
import type { Area, VisitorRecord, VisitorRecords } from '../../domain/visits/visitor-record.ts';
import { readBatches } from '../mongodb/read-batches.ts';
import { followMerges, listMerged } from './merged-records.ts';
import { presentUntilAfter } from './sign-changes.ts';
import { listPaths } from './visit-paths.ts';
import {
  type PastVisit,
  recordOf,
  type VisitCollections,
  type VisitorDocument,
} from './visitor-documents.ts';

/** How many visitors are read at a time, where all are. */
const readAtATime = 500;

/** Writes what this instance has noted but not yet written. */
type Flush = () => Promise<void>;

/** Reads what is known of visitors. */
export const createVisitorRecords = (collections: VisitCollections, flush: Flush): VisitorRecords => ({
  ...lookups(collections, flush),
  ...idLookups(collections, flush),
  ...presence(collections, flush),
  ...allVisitors(collections, flush),
  ...histories(collections),
});

const recordsIn = async (found: { toArray(): Promise<VisitorDocument[]> }): Promise<VisitorRecord[]> =>
  (await found.toArray()).map(recordOf);

/** Visitors by what tells them from the others. */
function lookups(
  collections: VisitCollections,
  flush: Flush,
): Pick<VisitorRecords, 'find' | 'findByToken' | 'listByVisitorIds' | 'listMerged'> {
  const { visitors } = collections;
  const findOne = async (filter: Filter<VisitorDocument>): Promise<VisitorRecord | null> => {
    await flush();
    const found = await visitors.findOne(filter);
    const successor = found && (await followMerges(visitors, found));
    return successor && recordOf(successor);
  };
  return {
    find: async (reference) => {
      for (const filter of filtersFor(reference)) {
        const found = await findOne(filter);
        if (found) return found;
      }
      return null;
    },
    findByToken: (token) => findOne({ tokens: token }),
    async listByVisitorIds(visitorIds) {
      await flush();
      return recordsIn(visitors.find({ visitorId: { $in: [...visitorIds] } }));
    },
    async listMerged({ recordId }) {
      const merged = await listMerged(visitors, [recordId]);
      return merged.map(({ _id, number }) => ({ recordId: _id, number }));
    },
  };
}

/** The ids of visitors. */
function idLookups(
  { visitors }: VisitCollections,
  flush: Flush,
): Pick<VisitorRecords, 'findIdsByRecordIds' | 'findIdsByTokens' | 'listVisitorIdsFrom'> {
  return {
    async findIdsByTokens(tokens) {
      if (tokens.length === 0) return new Map();
      await flush();
      const found = await recordsIn(visitors.find({ tokens: { $in: [...tokens] } }));
      return new Map(found.flatMap((record) => record.tokens.map((token) => [token, record.id])));
    },
    async findIdsByRecordIds(recordIds) {
      if (recordIds.length === 0) return new Map();
      const found = await recordsIn(visitors.find({ _id: { $in: [...recordIds] } }));
      return new Map(found.map(({ recordId, id }) => [recordId, id]));
    },
    async listVisitorIdsFrom(area, limit, signal) {
      await flush();
      const options = { projection: { visitorId: 1 }, sort: { number: -1 }, limit, signal } as const;
      const found = await visitors
        .find({ ...fromArea(area), visitorId: { $exists: true } }, options)
        .toArray();
      return found.flatMap(({ visitorId = [] }) => visitorId);
    },
  };
}

/** Visitors by when they were on the site. */
function presence(
  { visitors }: VisitCollections,
  flush: Flush,
): Pick<VisitorRecords, 'listPresent' | 'readQuiet'> {
  return {
    async listPresent(at, limit) {
      await flush();
      const present = await recordsIn(visitors.find({ presentUntil: { $gt: at } }).limit(limit));
      return present.sort(byBeginning);
    },
    async *readQuiet(from, to, signal) {
      await flush();
      const quiet = visitors.find(
        {
          presentUntil: { $gt: presentUntilAfter(from, true), $lte: presentUntilAfter(to, false) },
          'visit.lastSeenAt': { $gt: from, $lte: to },
          visitorId: { $exists: true },
        },
        { projection: { visitorId: 1 }, signal },
      );
      yield* mapEach(await readBatches(quiet), ({ visitorId = '' }) => visitorId);
    },
  };
}

/** All visitors. */
function allVisitors(
  { visitors }: VisitCollections,
  flush: Flush,
): Pick<VisitorRecords, 'listNewestFirst' | 'readNewestFirst'> {
  return {
    async listNewestFirst(offset, count) {
      await flush();
      return recordsIn(visitors.find({ isMerged: false }).sort({ number: -1 }).skip(offset).limit(count));
    },
    async *readNewestFirst(before = Number.MAX_SAFE_INTEGER, signal) {
      await flush();
      // Queries of their own, since one may not take as long as reading everybody.
      for (let below: number | undefined = before; below !== undefined; ) {
        const next = { isMerged: false, number: { $lt: below } };
        const found = visitors.find(next, { signal }).sort({ number: -1 }).limit(readAtATime);
        const batch = await recordsIn(found);
        if (batch.length > 0) yield batch;
        below = batch.at(-1)?.number;
      }
    },
  };
}

/** What visitors did. */
function histories(
  collections: VisitCollections,
): Pick<VisitorRecords, 'listVisits' | 'listPages' | 'readVisits' | 'readPages' | 'listPaths'> {
  const { pages, visits } = collections;
  return {
    async listVisits({ recordId, visit }, limit) {
      const past = await visits.find({ recordId }).sort({ startedAt: -1 }).limit(limit).toArray();
      return [...(visit ? [visit] : []), ...past.map(visitOf)].slice(0, limit);
    },
    listPages: (tokens, limit) =>
      pages
        .find({ token: { $in: [...tokens] } })
        .sort({ openedAt: -1 })
        .limit(limit)
        .project<ViewedPage>({ expireAt: 0 })
        .toArray(),
    async *readVisits({ recordId, visit }, signal) {
      if (visit) yield [visit];
      const past = await readBatches(visits.find({ recordId }, { signal }).sort({ startedAt: -1 }));
      yield* mapEach(past, visitOf);
    },
    async *readPages(tokens, signal) {
      const viewed = pages.find({ token: { $in: [...tokens] } }, { signal }).sort({ openedAt: -1 });
      yield* await readBatches(viewed.project<ViewedPage>({ expireAt: 0 }));
    },
    listPaths: (records) => listPaths(collections, records),
  };
}

const visitOf = ({ recordId: _, expireAt: __, ...visit }: PastVisit): Visit => visit;

const fromArea = (area: Area): Filter<VisitorDocument> =>
  Object.fromEntries(Object.entries(area).map(([part, name]) => [`visit.place.${part}`, name]));

/** Where to look for a visitor, in this order. Whoever registered under an id of their own has two. */
function filtersFor({ by, value }: VisitorReference): Filter<VisitorDocument>[] {
  if (by !== 'id') return [{ [by]: value }];
  return [{ visitorId: value }, { _id: value }];
}

const byBeginning = (one: VisitorRecord, other: VisitorRecord): number =>
  startOf(one) - startOf(other) || one.number - other.number;

const startOf = ({ visit }: VisitorRecord): number => visit?.startedAt.getTime() ?? 0;
