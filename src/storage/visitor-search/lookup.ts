import type { Collection, Filter } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { type KeyDocument, keySource } from './key-document.ts';
import type { KeyCollections } from './key-writer.ts';
import { orLong, windowsOf } from './term-filter.ts';

const batchSize = 500;

/** The visitors with these ids, in the order of the ids; those that are gone are left out. */
export async function findInOrder(visitors: Collection<Visitor>, ids: readonly string[]): Promise<Visitor[]> {
  const found = new Map<string, Visitor>();
  for (let start = 0; start < ids.length; start += batchSize) {
    const batch = ids.slice(start, start + batchSize);
    for await (const visitor of visitors.find({ _id: { $in: batch } }, { projection: keySource }))
      found.set(visitor._id, visitor);
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** The visitors whose keys match. */
export async function* candidates(
  { visitors, keys }: KeyCollections,
  filter: Filter<KeyDocument>,
): AsyncGenerator<Visitor> {
  let ids: string[] = [];
  for await (const { _id } of keys.find(filter, { projection: { _id: 1 }, batchSize })) {
    ids.push(_id);
    if (ids.length < batchSize) continue;
    yield* await findInOrder(visitors, ids);
    ids = [];
  }
  yield* await findInOrder(visitors, ids);
}

/** All visitors, for as long as there are no keys to go by. */
export const allVisitors = (visitors: Collection<Visitor>): AsyncIterable<Visitor> =>
  visitors.find({ _id: { $gt: '' } }, { projection: keySource, sort: { _id: 1 }, batchSize });

/** Rather than to count on, a window that matches this many is taken for a broad one. */
const probeLimit = 100;

/** The window of a term that the fewest visitors have; the term itself where it fits into a key. */
export async function bestWindow(
  keys: Collection<KeyDocument>,
  term: string,
  filterOf: (window: string) => Filter<KeyDocument>,
): Promise<string> {
  const windows = windowsOf(term);
  const [first = '', ...others] = windows;
  if (others.length === 0) return first;
  const counts = await Promise.all(
    windows.map((window) => keys.countDocuments(filterOf(window), { limit: probeLimit })),
  );
  return windows[counts.indexOf(Math.min(...counts))] ?? first;
}

/** The filter for a part of a text, where visitors without keys for their texts exist or not. */
export const withLong = (filter: Filter<KeyDocument>, hasLong: boolean): Filter<KeyDocument> =>
  hasLong ? orLong(filter) : filter;
