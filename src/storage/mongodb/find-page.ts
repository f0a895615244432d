import { type Collection, type Document, type Filter, MongoServerError } from 'mongodb';
import { AppError } from '../../domain/errors.ts';
import { type PageOf, type PageRequest, pageLimit, type SortOrder } from '../../domain/paging.ts';
import type { Count, PageTotals } from './page-totals.ts';
import { readBatches } from './read-batches.ts';

export interface FindPageOptions {
  readonly projection?: Document;
  /** Remembers totals that take long to count; without it, they are always counted. */
  readonly totals?: PageTotals;
  /** A quicker way to count what matches the filter. */
  readonly count?: Count;
}

/**
 * One page of the documents that match a filter, and how many match in all.
 * @throws {AppError} `error-invalid-sort` for an order that MongoDB cannot produce.
 */
export async function findPage<T extends Document, Item = T>(
  collection: Collection<T>,
  filter: Filter<T>,
  { sort, offset, count, signal }: PageRequest,
  { projection, totals, count: countAll }: FindPageOptions = {},
): Promise<PageOf<Item>> {
  const cursor = collection.find<Item & Document>(filter, { signal, ...(projection && { projection }) });
  return inPossibleOrder(sort, async () => {
    const limit = pageLimit(count);
    const items = await readBatches(cursor.sort(sort).skip(offset).limit(limit));
    const isLast = cursor.id?.isZero() === true && cursor.bufferedCount() < limit;
    // A page that is not full ends with the last document, if it is not beyond it.
    if (isLast && (offset === 0 || cursor.bufferedCount() > 0))
      return { items, total: offset + cursor.bufferedCount() };
    const total =
      totals?.count(collection, filter, signal, countAll) ??
      countAll?.(signal) ??
      collection.countDocuments(filter, { signal });
    return { items, total: await total };
  });
}

/**
 * The result of a query that sorts.
 * @throws {AppError} `error-invalid-sort` for an order that MongoDB cannot produce.
 */
export async function inPossibleOrder<T>(sort: SortOrder, query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    if (!isImpossibleOrder(error, sort)) throw error;
    const reason = 'The documents cannot be sorted in this order';
    throw new AppError('error-invalid-sort', { reason, cause: error });
  }
}

const sortTakesTooMuchMemory = 292;
/** What MongoDB says of a sort by two arrays at once. It says the same of bad queries, but those fail by any sort. */
const badValue = 2;

const isImpossibleOrder = (error: unknown, sort: SortOrder): boolean =>
  error instanceof MongoServerError &&
  (error.code === sortTakesTooMuchMemory || (error.code === badValue && Object.keys(sort).length > 1));
