import type { Collection, Db, Document } from 'mongodb';
import { bulkFailures } from './bulk-failures.ts';
import { isDuplicateKey } from './client.ts';
import { type CopyRecord, copyRecordCollection, createCopyRecord } from './copy-record.ts';
import { exactDocument } from './exact-document.ts';

/** Progress of a copy: documents copied of one collection, and how many it has in all. */
export interface CopyProgress {
  readonly collection: string;
  readonly copied: number;
  readonly total: number;
}

/** How many documents a collection has in both databases, counted after the copy. */
export interface CopiedCollection {
  readonly collection: string;
  readonly source: number;
  readonly target: number;
}

export interface CopyReport {
  readonly collections: readonly CopiedCollection[];
  /** How many documents of an earlier copy were removed, because the source no longer has them. */
  readonly removed: number;
}

/** Something of the source is not in the target; the message says what, for the operator. */
export class CopyIncompleteError extends Error {
  override name = 'CopyIncompleteError';
}

const batchSize = 1000;

/** What belongs to the source alone: calls and typing within a minute, sockets, the position in its log of changes. */
const notCopied: ReadonlySet<string> = new Set([
  'foyer_rate_limits',
  'foyer_change_feed',
  'foyer_typing',
  'foyer_presence',
  'foyer_instance',
  copyRecordCollection,
]);

/**
 * Copies every document of every collection. A document whose `_id` exists in the target is replaced. An interrupted
 * copy can be run again, and one of a source that has changed since removes what it no longer has, if an earlier copy
 * wrote it. Indexes are not copied: the service creates its own when it starts.
 * @param onProgress called after each batch, and once for an empty collection.
 * @throws {CopyIncompleteError} after everything else has been copied.
 */
export async function copyDatabase(
  from: Db,
  to: Db,
  onProgress: (progress: CopyProgress) => void,
): Promise<CopyReport> {
  const record = createCopyRecord(to);
  // First, since documents that are gone may have values that must be unique.
  const removed = await record.removeGone(from);
  const listed = await from.listCollections({}, { nameOnly: true }).toArray();
  const names = listed
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.') && !notCopied.has(name));
  const problems: string[] = [];
  const collections: CopiedCollection[] = [];
  for (const collection of names.sort((a, b) => a.localeCompare(b))) {
    problems.push(...(await copyCollection({ from, to, record, onProgress }, collection)));
    const [source, target] = await Promise.all([countOf(from, collection), countOf(to, collection)]);
    if (target < source) problems.push(`${collection} has ${target} documents there, and ${source} here`);
    collections.push({ collection, source, target });
  }
  if (problems.length > 0) throw new CopyIncompleteError(describe(problems));
  await record.forgetEarlier();
  return { collections, removed };
}

const countOf = (db: Db, name: string): Promise<number> =>
  db.collection(name).countDocuments({}, { hint: '_id_' });

const mostShown = 5;

function describe(problems: readonly string[]): string {
  const more = problems.length - mostShown;
  return [...problems.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

interface Parts {
  readonly from: Db;
  readonly to: Db;
  readonly record: CopyRecord;
  readonly onProgress: (progress: CopyProgress) => void;
}

/** @returns what keeps documents from being copied. */
async function copyCollection({ from, to, record, onProgress }: Parts, name: string): Promise<string[]> {
  const source = from.collection(name);
  const target = to.collection(name);
  const total = await source.estimatedDocumentCount();
  const refused: unknown[] = [];
  let copied = 0;
  const write = async (batch: readonly Document[]) => {
    const ids = batch.map(({ _id }) => _id);
    if (ids.length > 0) await record.note(name, ids);
    for (const index of (await writeAll(target, batch)).keys()) refused.push(ids[index]);
    copied += batch.length;
    onProgress({ collection: name, copied, total });
  };
  let batch: Document[] = [];
  // In the order of `_id`, which is indexed in every collection.
  const all = source.find<Uint8Array>({}, { sort: { _id: 1 }, hint: '_id_', batchSize, raw: true });
  for await (const bytes of all) {
    batch.push(exactDocument(bytes));
    if (batch.length < batchSize) continue;
    await write(batch);
    batch = [];
  }
  if (batch.length > 0 || copied === 0) await write(batch);
  return copyRefused(source, target, refused);
}

/**
 * Copies what was refused because of a value that must be unique. Most likely that belongs to a document that was
 * replaced later, or to one that was refused in turn, as when two people have swapped their names.
 * @returns what still keeps documents from being copied.
 */
async function copyRefused(
  source: Collection,
  target: Collection,
  refused: readonly unknown[],
): Promise<string[]> {
  const conflicts: string[] = [];
  if (refused.length > 0) await target.deleteMany({ _id: { $in: refused } } as object);
  for (const _id of refused) {
    const bytes = await source.findOne<Uint8Array>({ _id } as object, { raw: true });
    const failures = bytes ? await writeAll(target, [exactDocument(bytes)]) : new Map<number, Error>();
    for (const { message } of failures.values())
      conflicts.push(`${target.collectionName}: another document there has ${valueIn(message)}`);
  }
  return conflicts;
}

/** The value that is in use, from MongoDB's `E11000 … index: foyer_username dup key: { username: "ann" }`. */
const valueIn = (message: string): string => message.replace(/^.* dup key: /s, '');

/** @returns which of the documents have a value that belongs to another one and must be unique, by index. */
async function writeAll(
  target: Collection,
  documents: readonly Document[],
): Promise<ReadonlyMap<number, Error>> {
  if (documents.length === 0) return new Map();
  const operations = documents.map((document) => ({
    replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true },
  }));
  try {
    await target.bulkWrite(operations, { ordered: false });
    return new Map();
  } catch (error) {
    const failures = bulkFailures(error);
    for (const failure of failures.values()) if (!isDuplicateKey(failure)) throw failure;
    return failures;
  }
}
