import { type KeyCollections, refreshKeys } from './key-writer.ts';

const batchSize = 500;

/**
 * Compares the keys of the next visitors behind a cursor with the visitors, and writes those that are missing or differ;
 * keys of visitors that are gone are removed. This builds the keys of a database that has none, and, slowly and for
 * ever, finds what left no trace in `_updatedAt`.
 * @returns the new cursor; undefined at the end.
 */
export async function compareNext(
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
