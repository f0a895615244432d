import type { Collection, Filter } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { VisitorSort } from '../../domain/visitors/visitor-search.ts';
import { type KeyDocument, keySource } from './key-document.ts';
import type { KeyCollections } from './key-writer.ts';
import { orLongTexts, windowsOf } from './term-filter.ts';

/** How many visitors are read at a time. */
export const batchSize = 100;

/** How to read: in which order, if that matters, and until when. */
export interface LookupOptions {
  readonly sort?: VisitorSort;
  /** Aborts when nobody is waiting for the visitors any more. */
  readonly signal: AbortSignal;
}

/**
 * The visitors with these ids, in the order of the ids, some at a time; those that no longer exist are left out.
 */
export async function* inOrder(
  visitors: Collection<Visitor>,
  ids: readonly string[],
  { signal }: LookupOptions,
): AsyncGenerator<Visitor[]> {
  for (let start = 0; start < ids.length; start += batchSize) {
    const batch = ids.slice(start, start + batchSize);
    const read = visitors.find({ _id: { $in: batch } }, { projection: keySource, signal });
    const found = new Map((await read.toArray()).map((visitor) => [visitor._id, visitor]));
    yield batch.flatMap((id) => found.get(id) ?? []);
  }
}

/** The visitors whose keys match. */
export async function* candidates(
  { visitors, keys }: KeyCollections,
  filter: Filter<KeyDocument>,
  { sort, signal }: LookupOptions,
): AsyncGenerator<Visitor> {
  const found = keys.find(filter, { projection: { _id: 1 }, batchSize: 500, signal });
  if (sort) found.sort({ [sort.field]: sort.direction, _id: sort.direction });
  let ids: string[] = [];
  for await (const { _id } of found) {
    ids.push(_id);
    if (ids.length < batchSize) continue;
    for await (const batch of inOrder(visitors, ids, { signal })) yield* batch;
    ids = [];
  }
  for await (const batch of inOrder(visitors, ids, { signal })) yield* batch;
}

/** All visitors, for when there are no keys to search by. */
export function allVisitors(
  visitors: Collection<Visitor>,
  { sort = { field: 'ts', direction: 1 }, signal }: LookupOptions,
): AsyncIterable<Visitor> {
  return visitors
    .find({ disabled: { $ne: true } }, { projection: keySource, batchSize, signal })
    .sort({ [sort.field]: sort.direction, _id: sort.direction })
    .hint({ [sort.field]: 1, _id: 1 });
}

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
