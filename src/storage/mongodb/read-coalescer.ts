import DataLoader from 'dataloader';

/** More ids than this are looked up in several commands. */
const maxIds = 200;

/**
 * Looks up by id what many requests ask for in the same turn of the event loop, in one command. Nobody waits for
 * others: the command is sent as soon as what has arrived is read. Nothing is remembered.
 * @param findMany the documents of these ids, in any order; ids without a document are left out.
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
