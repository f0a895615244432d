import type { Collection } from 'mongodb';
import { mapBatches, type PageOf } from '../../domain/paging.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { SliceScheduler } from '../memory-table/slice-scheduler.ts';
import { findVerified } from '../memory-table/verified-page.ts';
import type { TableQuery } from './table/visitor-table.ts';
import type { TableFeed } from './table-feed.ts';
import { inOrder } from './visitors-in-order.ts';

/** The visitors, and the table that they are found by. */
export interface Searched {
  readonly visitors: Collection<Visitor>;
  readonly feed: TableFeed;
  readonly scheduler: SliceScheduler;
}

/** Finds a page of visitors in the table, reads them and tests each; see {@link findVerified}. */
export const findVisitors = (
  { visitors, feed, scheduler }: Searched,
  query: TableQuery,
  matches: (visitor: Visitor) => boolean,
  signal: AbortSignal,
): Promise<PageOf<Visitor>> =>
  findVerified({
    find: () => scheduler.run(feed.table.find(query), signal),
    read: (ids) => mapBatches(inOrder(visitors, ids, signal), (batch) => batch.filter(matches)),
    refresh: (ids) => feed.refresh(ids),
  });

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
