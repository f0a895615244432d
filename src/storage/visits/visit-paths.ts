import type { ViewedPage, Visit } from '../../domain/visits/visit.ts';
import type { VisitorRecord } from '../../domain/visits/visitor-record.ts';
import type { VisitCollections } from './visitor-documents.ts';

/** No visit shows more pages than this; those that it began with are left out. */
const longestPath = 200;
/** How many visitors' pages are read with one query. */
const shortAtATime = 500;
/** How many longer visits, which have queries of their own, are read at once. */
const longAtATime = 10;

/** The paths by `_id` of the visit. */
type Paths = Map<string, ViewedPage[]>;

/**
 * The pages of the current visits, by `_id` of the visit, the first page first; of a longer visit, no more than are
 * shown are read.
 */
export async function listPaths(
  { pages }: VisitCollections,
  records: readonly VisitorRecord[],
): Promise<ReadonlyMap<string, readonly ViewedPage[]>> {
  const paths: Paths = new Map();
  const isLong = ({ visit }: VisitorRecord) => (visit?.pageViews ?? 0) > longestPath;
  const long = records.filter(isLong);
  const short = records.filter((record) => !isLong(record));
  for (let from = 0; from < short.length; from += shortAtATime)
    await readShort(pages, short.slice(from, from + shortAtATime), paths);
  for (let from = 0; from < long.length; from += longAtATime)
    await Promise.all(long.slice(from, from + longAtATime).map((record) => readLong(pages, record, paths)));
  return new Map([...paths].map(([visitId, path]) => [visitId, inOrder(path)]));
}

async function readShort(
  pages: VisitCollections['pages'],
  records: readonly VisitorRecord[],
  paths: Paths,
): Promise<void> {
  const visitOf = new Map<string, Visit>(
    records.flatMap(({ tokens, visit }) => (visit ? tokens.map((token) => [token, visit] as const) : [])),
  );
  if (visitOf.size === 0) return;
  const earliest = new Date(Math.min(...[...visitOf.values()].map(({ startedAt }) => startedAt.getTime())));
  const viewed = pages
    .find({ token: { $in: [...visitOf.keys()] }, openedAt: { $gte: earliest } })
    .project<ViewedPage>({ expireAt: 0 });
  for await (const page of viewed) {
    const visit = visitOf.get(page.token);
    if (!visit || page.openedAt < visit.startedAt) continue;
    const path = paths.get(visit._id);
    if (path) path.push(page);
    else paths.set(visit._id, [page]);
  }
}

async function readLong(
  pages: VisitCollections['pages'],
  { tokens, visit }: VisitorRecord,
  paths: Paths,
): Promise<void> {
  if (!visit) return;
  const newest = pages
    .find({ token: { $in: [...tokens] }, openedAt: { $gte: visit.startedAt } })
    .sort({ openedAt: -1 })
    .limit(longestPath);
  paths.set(visit._id, await newest.project<ViewedPage>({ expireAt: 0 }).toArray());
}

const inOrder = (path: ViewedPage[]): ViewedPage[] =>
  path.sort((one, other) => one.openedAt.getTime() - other.openedAt.getTime()).slice(-longestPath);
