import type { Collection, Filter } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { type KeyDocument, keySource } from './key-document.ts';
import type { KeyCollections } from './key-writer.ts';
import { orLongTexts, windowsOf } from './term-filter.ts';

const batchSize = 500;

/** The visitors with these ids, in the order of the ids; those that no longer exist are left out. */
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

/** All visitors, for when there are no keys to search by. */
export const allVisitors = (visitors: Collection<Visitor>): AsyncIterable<Visitor> =>
  visitors.find({ _id: { $gt: '' } }, { projection: keySource, sort: { _id: 1 }, batchSize });

/** A window that matches this many visitors is broad; there is no need to count further. */
const probeLimit = 100;

/** The window of a term that the fewest visitors match; the term itself if it fits into a key. */
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

/** Adds the visitors whose texts are too long for keys, if there are any. */
export const withLongTexts = (filter: Filter<KeyDocument>, hasLongTexts: boolean): Filter<KeyDocument> =>
  hasLongTexts ? orLongTexts(filter) : filter;
