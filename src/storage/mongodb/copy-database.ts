import type { Db } from 'mongodb';

/** Progress of a copy: documents copied of one collection, and how many it has in all. */
export interface CopyProgress {
  readonly collection: string;
  readonly copied: number;
  readonly total: number;
}

const batchSize = 1000;

/**
 * Copies every document of every collection. A document whose `_id` exists in the target is replaced, so an
 * interrupted copy can be run again. Indexes are not copied: the service creates its own when it starts.
 * @param onProgress called after each batch, and once for an empty collection.
 */
export async function copyDatabase(
  from: Db,
  to: Db,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const collections = await from.listCollections({}, { nameOnly: true }).toArray();
  for (const { name } of collections.sort((a, b) => a.name.localeCompare(b.name))) {
    if (!name.startsWith('system.')) await copyCollection(from, to, name, onProgress);
  }
}

async function copyCollection(
  from: Db,
  to: Db,
  name: string,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const source = from.collection(name);
  const target = to.collection(name);
  const total = await source.estimatedDocumentCount();
  let copied = 0;
  let batch: Parameters<typeof target.bulkWrite>[0][number][] = [];
  const flush = async () => {
    if (batch.length > 0) await target.bulkWrite(batch, { ordered: false });
    copied += batch.length;
    batch = [];
    onProgress({ collection: name, copied, total });
  };
  // In the order of `_id`, which is indexed in every collection.
  for await (const document of source.find(
    {},
    { sort: { _id: 1 }, hint: '_id_', batchSize, promoteValues: false },
  )) {
    batch.push({ replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true } });
    if (batch.length === batchSize) await flush();
  }
  if (batch.length > 0 || copied === 0) await flush();
}
