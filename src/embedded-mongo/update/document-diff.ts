import { compareStrings } from '../bson/compare.ts';
import { fieldsOf } from '../bson/fields.ts';
import { identicalValues } from '../bson/identical.ts';
import { encode } from '../bson/raw.ts';
import { type Document, isDocument, type Value } from '../bson/types.ts';
import {
  type ArrayDifference,
  type Change,
  type DocumentDifference,
  noDifference,
  noteField,
} from './difference.ts';

// MongoDB describes a pipeline's update by comparing the documents before and after. At every level, a description
// that would be larger than the value it describes is replaced by that value. So the sizes below, in bytes, are those
// of the form in which MongoDB's log stores a difference: they determine what an event says.

const typeAndEnd = 2;
const emptyDocumentBytes = 5;
const emptyArrayBytes = 9;
const removalBytes = 1;
const resizeBytes = 7;
/** A list of changed fields of one kind, without the fields. */
const listBytes = 8;

/** The size of the log's entry apart from the difference. */
const metadataBytes = 15;

const sizeOf = (value: Value): number => encode({ v: value }).length - emptyDocumentBytes - typeAndEnd - 1;

interface Sized<T> {
  readonly difference: T;
  readonly bytes: number;
}

/** What happened to a value whose type stays the same, and the size of its description. */
function changeOf(from: Value, to: Value): Sized<Change> {
  const nested = nestedDiff(from, to);
  return nested ?? { difference: { kind: 'value', value: to }, bytes: sizeOf(to) };
}

function nestedDiff(from: Value, to: Value): Sized<Change> | undefined {
  if (Array.isArray(from) && Array.isArray(to)) return arrayDiff(from, to);
  if (isDocument(from) && isDocument(to)) return documentDiff(from, to, 0);
  return undefined;
}

function arrayDiff(from: readonly Value[], to: readonly Value[]): Sized<ArrayDifference> | undefined {
  const elements: [number, Change][] = [];
  const isShorter = to.length < from.length;
  let bytes = emptyArrayBytes + (isShorter ? resizeBytes : 0);
  for (const [index, value] of to.entries()) {
    const before = from[index];
    if (identicalValues(before, value)) continue;
    const change: Sized<Change> =
      before === undefined
        ? { difference: { kind: 'value', value }, bytes: sizeOf(value) }
        : changeOf(before, value);
    elements.push([index, change.difference]);
    bytes += 1 + String(index).length + typeAndEnd + change.bytes;
  }
  if (sizeOf([...to]) <= bytes) return undefined;
  return { difference: { kind: 'array', elements, ...(isShorter ? { newSize: to.length } : {}) }, bytes };
}

/** The size of what `documentDiff` found, with the fields' own sizes. */
function documentBytes(difference: DocumentDifference, fieldBytes: number): number {
  const { updated, inserted, removed, nested } = difference;
  const lists = [updated, inserted, removed].filter((list) => list.length > 0).length;
  return emptyDocumentBytes + lists * listBytes + nested.length + fieldBytes;
}

/**
 * Compares both documents' fields side by side. A field in a different position counts as set anew, and so does
 * everything after it.
 */
function documentDiff(from: Document, to: Document, padding: number): Sized<DocumentDifference> | undefined {
  const before = fieldsOf(from);
  const after = fieldsOf(to);
  const difference = noDifference();
  const missing = new Set<string>();
  let fieldBytes = 0;
  const note = (name: string, change: Sized<Change>, isNew: boolean): void => {
    noteField(difference, name, change.difference, isNew);
    fieldBytes += Buffer.byteLength(name) + typeAndEnd + change.bytes;
  };
  let at = 0;
  for (const [name, value] of before) {
    const [nextName, next] = after[at] ?? [];
    if (nextName !== name || next === undefined) {
      if (next === undefined) difference.removed.push(name);
      else missing.add(name);
      continue;
    }
    at += 1;
    if (!identicalValues(value, next)) note(name, changeOf(value, next), false);
  }
  for (const [name, value] of after.slice(at)) {
    missing.delete(name);
    note(name, { difference: { kind: 'value', value }, bytes: sizeOf(value) }, true);
  }
  for (const name of [...missing].sort(compareStrings)) difference.removed.push(name);
  for (const name of difference.removed) fieldBytes += Buffer.byteLength(name) + typeAndEnd + removalBytes;
  const bytes = padding + documentBytes(difference, fieldBytes);
  return encode(to).length > bytes ? { difference, bytes } : undefined;
}

/** What is different in a document's new version; undefined if it is reported as replaced. */
export function differenceOf(from: Document, to: Document): DocumentDifference | undefined {
  return documentDiff(from, to, metadataBytes)?.difference;
}
