import { documentOf, getField } from '../bson/fields.ts';
import { documentOfElements, encode, findRawElement } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { describeDifference } from '../update/describe-difference.ts';
import type { DocumentDifference } from '../update/difference.ts';
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

/** What the log of changes says about a new version, whose bytes these are. */
export function changeOfVersion(
  { to, difference }: Version,
  bytes: Buffer,
): { kind: ChangeKind; body: Buffer } {
  const found = difference?.();
  if (!found) return { kind: ChangeKind.replace, body: bytes };
  const documentKey = documentOf([['_id', getField(to, '_id') ?? null]]);
  try {
    const body = encode({ documentKey, ...describeDifference(found) });
    return { kind: ChangeKind.update, body };
  } catch (error) {
    // Thousands of long paths may be larger than the document: then the document is recorded.
    if (error instanceof MongoError && error.code === ErrorCode.BSONObjectTooLarge)
      return { kind: ChangeKind.replace, body: bytes };
    throw error;
  }
}
