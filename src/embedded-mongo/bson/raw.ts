import { invalidBson } from '../errors.ts';
import type { FieldTree } from './field-tree.ts';
import { BsonReader } from './reader.ts';
import { bytesOfText } from './text.ts';
import type { Document, Value } from './types.ts';
import { endOfCString, endOfValue } from './value-sizes.ts';
import { BsonWriter } from './writer.ts';

/** Throws InvalidBSON (22) where bytes end too early. */
function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw invalidBson('a value is cut off');
    throw error;
  }
}

/**
 * Reads BSON into a document that keeps every type and every byte. Throws InvalidBSON (22) for malformed bytes;
 * messages from the network have been checked more strictly (`check-structure.ts`).
 */
export const decode = (bytes: Uint8Array): Document => reading(() => new BsonReader(bytes).document());

/**
 * Like `decode`, but reads only some of the fields, which takes less the more others there are. Arrays are read with all
 * that they contain.
 */
export const decodeFields = (bytes: Buffer, wanted: FieldTree): Document =>
  reading(() => new BsonReader(bytes).fields(wanted));

/** Like `decode`, but the documents in the top-level array `field` stay raw bytes. */
export const decodeWithRawArray = (bytes: Uint8Array, field: string): Document =>
  reading(() => new BsonReader(bytes).document(field));

const writer = new BsonWriter();

/**
 * Writes a document as BSON; fields that are `undefined` are left out. JavaScript's own numbers become an Int32 if
 * they fit and otherwise a Double, and bytes a Binary. Throws BSONObjectTooLarge (10334) for more than a document may
 * contain.
 */
export const encode = (document: object): Buffer => writer.write(document);

/** The position of a top-level element in a raw document. */
export interface RawElement {
  type: number;
  name: string;
  /** Offset of the element's type byte. */
  start: number;
  /** Offset of its value. */
  value: number;
  /** Offset after its value. */
  end: number;
}

/** Whether this is the name that begins at `offset`. */
function isNamed(bytes: Buffer, offset: number, name: string): boolean {
  for (let i = 0; i < name.length; i += 1) if (bytes[offset + i] !== name.charCodeAt(i)) return false;
  return bytes[offset + name.length] === 0;
}

/** Reads the value of an element. Throws InvalidBSON (22), as `decode` does. */
export const decodeElement = (bytes: Buffer, { type, value }: RawElement): Value =>
  reading(() => new BsonReader(bytes).valueAt(type, value));

/** The first top-level element with this name, in ASCII, from the element at `from` on; undefined if there is none. */
export function findRawElement(bytes: Buffer, name: string, from = 4): RawElement | undefined {
  const last = bytes.length - 1;
  for (let start = from; start < last; ) {
    const type = bytes[start] ?? 0;
    const value = endOfCString(bytes, start + 1);
    const end = endOfValue(bytes, type, value);
    if (end > last) throw invalidBson('a value ends behind its document');
    if (isNamed(bytes, start + 1, name)) return { type, name, start, value, end };
    start = end;
  }
  return undefined;
}

/** Builds a document from whole raw elements (each with type byte, name and value). */
export function documentOfElements(elements: readonly Uint8Array[]): Buffer {
  const size = elements.reduce((sum, element) => sum + element.length, 5);
  const document = Buffer.allocUnsafe(size);
  document.writeInt32LE(size, 0);
  let offset = 4;
  for (const element of elements) {
    document.set(element, offset);
    offset += element.length;
  }
  document[offset] = 0;
  return document;
}

/** The part before an element's value: its type and its name. */
export const rawElementHeader = (type: number, name: string): Buffer =>
  Buffer.concat([Uint8Array.of(type), bytesOfText(name), Uint8Array.of(0)]);

/** The bytes of a document's top-level elements, without its length and end. */
export const elementsOf = (document: Buffer): Buffer => document.subarray(4, document.length - 1);
