import DataLoader from 'dataloader';

/** Ids beyond this number are looked up with another command. */
const maxIds = 200;

/**
 * Looks up with one command the ids that many requests ask for in the same turn of the event loop. Nobody waits for
 * others: the command is sent as soon as everything that has arrived is read. Nothing is remembered.
 * @param findMany returns the documents with these ids, in any order; ids without a document are left out.
 */
export function createReadCoalescer<T extends { readonly _id: string }>(
  findMany: (ids: readonly string[]) => Promise<readonly T[]>,
): Pick<DataLoader<string, T | null>, 'load'> {
  const loadMany = async (ids: readonly string[]) => {
    const documents = await findMany([...new Set(ids)]);
    const byId = new Map(documents.map((document) => [document._id, document]));
    return ids.map((id) => byId.get(id) ?? null);
  };
  return new DataLoader(loadMany, { cache: false, maxBatchSize: maxIds, batchScheduleFn: setImmediate });
}
