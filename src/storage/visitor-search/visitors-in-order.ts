import type { Collection } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { rowSource } from './table/visitor-row.ts';

/** How many visitors are read at a time. */
export const batchSize = 100;

/**
 * The visitors with these ids, in the order of the ids, some at a time; those that no longer exist are left out.
 * @param signal aborts when nobody is waiting for them any more.
 */
export async function* inOrder(
  visitors: Collection<Visitor>,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Visitor[]> {
  for (let start = 0; start < ids.length; start += batchSize) {
    const batch = ids.slice(start, start + batchSize);
    const read = visitors.find({ _id: { $in: batch } }, { projection: rowSource, signal });
    const found = new Map((await read.toArray()).map((visitor) => [visitor._id, visitor]));
    yield batch.flatMap((id) => found.get(id) ?? []);
  }
}
