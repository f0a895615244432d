import type { Collection } from 'mongodb';
import { collect, inOneBatch, mapBatches, type PageOf } from '../../domain/paging.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { inSlices } from '../memory-table/time-slices.ts';
import type { FoundIds, TableQuery } from './table/visitor-table.ts';
import type { TableFeed } from './table-feed.ts';
import { batchSize, inOrder } from './visitors-in-order.ts';

/** The visitors, and the table that they are found by. */
export interface Searched {
  readonly visitors: Collection<Visitor>;
  readonly feed: TableFeed;
}

const maxRepairs = 2;

/**
 * Finds a page of visitors in the table, reads them and tests each. If one no longer exists or no longer matches, they
 * are read again into the table, and the search is repeated. A page that is too large for that in memory is tested
 * while it is read.
 */
export async function findVerified(
  { visitors, feed }: Searched,
  query: TableQuery,
  matches: (visitor: Visitor) => boolean,
  signal: AbortSignal,
): Promise<PageOf<Visitor>> {
  for (let attempt = 0; ; attempt += 1) {
    const { ids, total }: FoundIds = await inSlices(feed.table.find(query), signal);
    const found = inOrder(visitors, ids, signal);
    if (ids.length > batchSize) return { items: mapBatches(found, (batch) => batch.filter(matches)), total };
    const verified = (await collect(found)).filter(matches);
    if (verified.length === ids.length || attempt === maxRepairs)
      return { items: inOneBatch(verified), total: total - (ids.length - verified.length) };
    const valid = new Set(verified.map(({ _id }) => _id));
    await feed.refresh(ids.filter((id) => !valid.has(id)));
  }
}

/** The ids of those visitors with too much text to be found by it who match. */
export async function matchingLong(
  { visitors, feed }: Searched,
  matches: (visitor: Visitor) => boolean,
  signal: AbortSignal,
): Promise<string[]> {
  const ids: string[] = [];
  for await (const batch of inOrder(visitors, feed.table.longIds, signal))
    ids.push(...batch.filter(matches).map(({ _id }) => _id));
  return ids;
}
