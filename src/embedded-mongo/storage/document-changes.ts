import { getField } from '../bson/fields.ts';
import { documentOfElements, encode, findRawElement } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { describeDifference } from '../update/describe-difference.ts';
import type { DocumentDifference } from '../update/difference.ts';
import type { Collection } from './catalog.ts';
import type { ChangeLog } from './change-log.ts';
import { ChangeKind } from './change-record.ts';

/** A document's new version. */
export interface Version {
  readonly from: Document;
  readonly to: Document;
  /** What an update changed; absent or undefined if the whole document is reported as replaced. */
  readonly difference?: (() => DocumentDifference | undefined) | undefined;
}

/** `{_id: <its value>}`, which names a document in the log of changes. */
export function documentKeyOf(document: Buffer): Buffer {
  const id = findRawElement(document, '_id');
  return documentOfElements(id ? [document.subarray(id.start, id.end)] : []);
}

type Place = Pick<Collection, 'ns' | 'uuid'>;

/**
 * Records in the change log what a write does to a document. Must be called inside the write's job, after its checks.
 */
export class DocumentChanges {
  readonly #log: ChangeLog;

  constructor(log: ChangeLog) {
    this.#log = log;
  }

  inserted(collection: Place, bytes: Buffer): void {
    this.#log.note(ChangeKind.insert, collection, bytes);
  }

  removed(collection: Place, bytes: Buffer): void {
    this.#log.note(ChangeKind.delete, collection, documentKeyOf(bytes));
  }

  /** `bytes` are those of the new version. */
  replaced(collection: Place, version: Version, bytes: Buffer): void {
    const update = updateOf(version);
    if (update) this.#log.note(ChangeKind.update, collection, update);
    else this.#log.note(ChangeKind.replace, collection, bytes);
  }
}

/** What an update changed; undefined if the whole document is recorded instead. */
function updateOf({ to, difference }: Version): Buffer | undefined {
  const found = difference?.();
  if (!found) return undefined;
  const documentKey = { _id: getField(to, '_id') ?? null };
  const { updateDescription, disambiguatedPaths } = describeDifference(found);
  try {
    return encode({ documentKey, updateDescription, disambiguatedPaths });
  } catch (error) {
    // Thousands of long paths may be larger than the document: then the document is recorded.
    if (error instanceof MongoError && error.code === ErrorCode.BSONObjectTooLarge) return undefined;
    throw error;
  }
}
