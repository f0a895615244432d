import { deserialize, serialize } from 'bson';
import { ErrorCode, failedToParse, MongoError } from '../errors.ts';
import type { Document } from './types.ts';

const decodeOptions = {
  promoteValues: false,
  promoteBuffers: false,
  bsonRegExp: true,
  useBigInt64: false,
} as const;

/** Reads BSON bytes into a document that keeps every type. Throws FailedToParse (9) for bytes that are none. */
export function decode(bytes: Uint8Array): Document {
  try {
    return deserialize(bytes, decodeOptions) as Document;
  } catch (error) {
    throw failedToParse(`Invalid BSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** As `decode`, but the elements of the top-level array `field` stay raw bytes. */
export function decodeWithRawArray(bytes: Uint8Array, field: string): Document {
  try {
    return deserialize(bytes, { ...decodeOptions, fieldsAsRaw: { [field]: true } }) as Document;
  } catch (error) {
    throw failedToParse(`Invalid BSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The length of `bson`'s buffer: what does not fit is cut off silently, or a RangeError. */
const writeBufferBytes = 17 * 1024 * 1024;

/** Writes a document as BSON; fields that are `undefined` are left out. */
export function encode(document: object): Buffer {
  try {
    const written = serialize(document, { ignoreUndefined: true });
    const bytes = Buffer.from(written.buffer, written.byteOffset, written.byteLength);
    if (bytes.length > writeBufferBytes) throw tooLarge();
    return bytes;
  } catch (error) {
    throw error instanceof RangeError ? tooLarge() : error;
  }
}

const tooLarge = (): MongoError =>
  new MongoError(ErrorCode.BSONObjectTooLarge, 'BSONObj size is invalid: more than 16793600(16MB)');

/** Where a top-level element of a raw document is. */
export interface RawElement {
  type: number;
  name: string;
  /** Offset of the element's type byte. */
  start: number;
  /** Offset of its value. */
  value: number;
  /** Offset behind its value. */
  end: number;
}

/** The sizes of values that have one, by type byte; strings, binaries and documents carry theirs. */
export const fixedSizes: Readonly<Record<number, number>> = {
  1: 8,
  6: 0,
  7: 12,
  8: 1,
  9: 8,
  10: 0,
  16: 4,
  17: 8,
  18: 8,
  19: 16,
  127: 0,
  255: 0,
};

function endOfCString(bytes: Buffer, offset: number): number {
  const end = bytes.indexOf(0, offset);
  if (end < 0) throw failedToParse('Invalid BSON: a name has no end');
  return end + 1;
}

/** Where a value of this type ends that begins at `offset`. Throws FailedToParse (9) for a type that is none. */
export function endOfValue(bytes: Buffer, type: number, offset: number): number {
  const fixed = fixedSizes[type];
  if (fixed !== undefined) return offset + fixed;
  switch (type) {
    case 2:
    case 13:
    case 14:
      return offset + 4 + bytes.readInt32LE(offset);
    case 3:
    case 4:
    case 15:
      return offset + bytes.readInt32LE(offset);
    case 5:
      return offset + 5 + bytes.readInt32LE(offset);
    case 11:
      return endOfCString(bytes, endOfCString(bytes, offset));
    case 12:
      return offset + 16 + bytes.readInt32LE(offset);
    default:
      throw failedToParse(`Invalid BSON: unknown type ${type}`);
  }
}

/** Walks the top-level elements of a raw document. */
export function* rawElements(bytes: Buffer): Generator<RawElement> {
  let start = 4;
  const last = bytes.length - 1;
  while (start < last) {
    const type = bytes[start] ?? 0;
    const value = endOfCString(bytes, start + 1);
    const end = endOfValue(bytes, type, value);
    if (end > last) throw failedToParse('Invalid BSON: a value ends behind its document');
    yield { type, name: bytes.toString('utf8', start + 1, value - 1), start, value, end };
    start = end;
  }
}

/** The top-level element with this name, or undefined. */
export function findRawElement(bytes: Buffer, name: string): RawElement | undefined {
  for (const element of rawElements(bytes)) if (element.name === name) return element;
  return undefined;
}

/** Builds a document from whole raw elements (type byte, name and value each). */
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

/** What stands before an element's value: its type and its name. */
export const rawElementHeader = (type: number, name: string): Buffer => {
  const length = Buffer.byteLength(name);
  const header = Buffer.allocUnsafe(length + 2);
  header[0] = type;
  header.write(name, 1);
  header[length + 1] = 0;
  return header;
};

/** The bytes of a document's top-level elements, without its length and end. */
export const elementsOf = (document: Buffer): Buffer => document.subarray(4, document.length - 1);
