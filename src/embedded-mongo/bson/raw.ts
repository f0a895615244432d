import { invalidBson } from '../errors.ts';
import { BsonReader } from './reader.ts';
import { bytesOfText, readText } from './text.ts';
import type { Document } from './types.ts';
import { endOfCString, endOfValue } from './value-sizes.ts';
import { BsonWriter } from './writer.ts';

function read(bytes: Uint8Array, rawField?: string): Document {
  try {
    return new BsonReader(bytes).document(rawField);
  } catch (error) {
    if (error instanceof RangeError) throw invalidBson('a value is cut off');
    throw error;
  }
}

/**
 * Reads BSON into a document that keeps every type and every byte. Throws InvalidBSON (22) for malformed bytes;
 * messages from the network have been checked more strictly (`check-structure.ts`).
 */
export const decode = (bytes: Uint8Array): Document => read(bytes);

/** Like `decode`, but reads only some of the top-level fields, which takes less the more others there are. */
export function decodeFields(bytes: Buffer, names: ReadonlySet<string>): Document {
  try {
    return new BsonReader(bytes).fields(names);
  } catch (error) {
    if (error instanceof RangeError) throw invalidBson('a value is cut off');
    throw error;
  }
}

/** Like `decode`, but the documents in the top-level array `field` stay raw bytes. */
export const decodeWithRawArray = (bytes: Uint8Array, field: string): Document => read(bytes, field);

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

/** Iterates over the top-level elements of a raw document. */
export function* rawElements(bytes: Buffer): Generator<RawElement> {
  let start = 4;
  const last = bytes.length - 1;
  while (start < last) {
    const type = bytes[start] ?? 0;
    const value = endOfCString(bytes, start + 1);
    const end = endOfValue(bytes, type, value);
    if (end > last) throw invalidBson('a value ends behind its document');
    yield { type, name: readText(bytes, start + 1, value - 1), start, value, end };
    start = end;
  }
}

/** The top-level element with this name, or undefined. */
export function findRawElement(bytes: Buffer, name: string): RawElement | undefined {
  for (const element of rawElements(bytes)) if (element.name === name) return element;
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
