import { type AnyBulkWriteOperation, type Collection, MongoBulkWriteError, type WithId } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { isDuplicateKey } from '../mongodb/client.ts';
import { type KeyDocument, keyDocument, keySource } from './key-document.ts';

export interface KeyCollections {
  readonly visitors: Collection<Visitor>;
  readonly keys: Collection<KeyDocument>;
  /** Where phone numbers without a country's code belong. */
  readonly country: () => string;
}

const batchSize = 500;
const maxAttempts = 5;

/**
 * Updates the keys of visitors to match the visitors as they are now. The keys are read before the visitors and are
 * replaced only if nobody else has done so in between; so of two writers, the one who saw the older visitor never
 * wins.
 * @returns how many keys were written.
 */
export async function refreshKeys(
  collections: KeyCollections,
  ids: readonly string[],
  fieldIds: readonly string[],
): Promise<number> {
  let written = 0;
  for (let start = 0; start < ids.length; start += batchSize) {
    const batch = ids.slice(start, start + batchSize);
    let isDone = false;
    for (let attempt = 0; !isDone && attempt < maxAttempts; attempt += 1) {
      const operations = await writesNeeded(collections, batch, fieldIds);
      isDone = operations.length === 0 || (await writeAll(collections.keys, operations));
      written += operations.length;
    }
  }
  return written;
}

type KeyWrite = AnyBulkWriteOperation<KeyDocument>;

/** The writes that the batch needs: none for keys that are up to date. */
async function writesNeeded(
  { visitors, keys, country }: KeyCollections,
  ids: readonly string[],
  fieldIds: readonly string[],
): Promise<KeyWrite[]> {
  const byId = { _id: { $in: [...ids] } };
  const stored = await keys.find(byId, { projection: { fingerprint: 1 } }).toArray();
  const found = await visitors.find(byId, { projection: keySource }).toArray();
  const fingerprints = new Map(stored.map(({ _id, fingerprint }) => [_id, fingerprint]));
  const byVisitor = new Map(found.map((visitor) => [visitor._id, visitor]));
  const documentOf = (visitor: Visitor) => keyDocument(visitor, fieldIds, country());
  return ids.flatMap((id) => keyWrite(id, byVisitor.get(id), fingerprints.get(id), documentOf) ?? []);
}

function keyWrite(
  id: string,
  visitor: WithId<Visitor> | undefined,
  stored: string | undefined,
  documentOf: (visitor: Visitor) => KeyDocument,
): KeyWrite | undefined {
  if (visitor === undefined) {
    return stored === undefined ? undefined : { deleteOne: { filter: { _id: id, fingerprint: stored } } };
  }
  const document = documentOf(visitor);
  if (document.fingerprint === stored) return undefined;
  if (stored === undefined) return { insertOne: { document } };
  return { replaceOne: { filter: { _id: id, fingerprint: stored }, replacement: document } };
}

/** @returns false if another writer got to one of the keys first. */
async function writeAll(keys: Collection<KeyDocument>, operations: KeyWrite[]): Promise<boolean> {
  try {
    const done = await keys.bulkWrite(operations, { ordered: false });
    return done.insertedCount + done.matchedCount + done.deletedCount === operations.length;
  } catch (error) {
    if (error instanceof MongoBulkWriteError && isDuplicateKey(error)) return false;
    throw error;
  }
}
