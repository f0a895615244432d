import { type KeyCollections, refreshKeys } from './key-writer.ts';

const batchSize = 500;

/**
 * Compares the next visitors after a cursor with their keys, writes the keys that are missing or differ, and removes
 * the keys of visitors that no longer exist. This builds the keys of a database that has none; later on it repeats
 * slowly for ever, to find changes that left no trace in `_updatedAt`.
 * @returns the new cursor; undefined at the end.
 */
export async function reconcileNext(
  collections: KeyCollections,
  cursor: string,
  fieldIds: readonly string[],
): Promise<string | undefined> {
  const { visitors, keys } = collections;
  const ids = await idsOf(
    visitors.find({ _id: { $gt: cursor } }, { projection: { _id: 1 }, sort: { _id: 1 }, limit: batchSize }),
  );
  const last = ids.length === batchSize ? ids.at(-1) : undefined;
  const range = last === undefined ? { $gt: cursor } : { $gt: cursor, $lte: last };
  const keyIds = await idsOf(keys.find({ _id: range }, { projection: { _id: 1 } }));
  await refreshKeys(collections, [...new Set([...ids, ...keyIds])], fieldIds);
  return last;
}

const idsOf = async (found: { toArray(): Promise<{ _id: string }[]> }): Promise<string[]> =>
  (await found.toArray()).map(({ _id }) => _id);
