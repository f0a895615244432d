import type { Collection, Document, Filter } from 'mongodb';

const batchSize = 100;

/** Which of the documents to read, and how. */
export interface ReadOptions<T> {
  readonly filter?: Filter<T>;
  readonly projection?: Document;
  /** Aborts when nobody is waiting for them any more. */
  readonly signal: AbortSignal;
}

/** The documents with these ids that match a filter, in the order of the ids, some at a time. */
export async function* readInOrder<T extends Document & { readonly _id: string }>(
  documents: Collection<T>,
  ids: readonly string[],
  { filter = {}, ...options }: ReadOptions<T>,
): AsyncGenerator<T[]> {
  for (let start = 0; start < ids.length; start += batchSize) {
    const batch = ids.slice(start, start + batchSize);
    const byIds = { $and: [{ _id: { $in: batch } }, filter] } as Filter<T>;
    const read = documents.find<T>(byIds, { hint: { _id: 1 }, batchSize: batchSize + 1, ...options });
    const found = new Map((await read.toArray()).map((document) => [document._id, document]));
    yield batch.flatMap((id) => found.get(id) ?? []);
  }
}
