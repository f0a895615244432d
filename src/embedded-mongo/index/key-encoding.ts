import type { Binary, BSONRegExp, Code, ObjectId, Timestamp } from 'bson';
import { fieldsOf } from '../bson/fields.ts';
import { bytesOfText } from '../bson/text.ts';
import {
  BsonType,
  bsonTypeOf,
  type DbPointer,
  type Document,
  type NumericValue,
  typeBracket,
  type Value,
} from '../bson/types.ts';
import { numberKey } from './number-key.ts';

// Keys compare byte by byte as their values do in BSON's order. Each value's key determines its own end, so keys can
// be concatenated (compound indexes) and inverted (descending fields).

const end = Buffer.from([0]);

/** The first byte of a key: the rank of the value's type in BSON's order. */
export const bracketByte = (bracket: number): number => bracket + 2;

const escapeNulls = (bytes: Buffer): Buffer => {
  if (!bytes.includes(0)) return bytes;
  const escaped: number[] = [];
  for (const byte of bytes) {
    escaped.push(byte);
    if (byte === 0) escaped.push(0xff);
  }
  return Buffer.from(escaped);
};

// A string ends with two nulls, and a null inside it is followed by 0xff, so a prefix comes before longer strings.
const stringEnd = Buffer.from([0, 0]);

/** The key of a string without its end, with which the keys of all strings that begin with it begin. */
export const stringPrefixKey = (text: string): Buffer => escapeNulls(bytesOfText(text));

function pushString(parts: Uint8Array[], text: string): void {
  parts.push(stringPrefixKey(text), stringEnd);
}

function pushDocument(parts: Uint8Array[], document: Document): void {
  for (const [name, value] of fieldsOf(document)) {
    parts.push(Buffer.from([bracketByte(typeBracket(value))]));
    pushString(parts, name);
    pushContent(parts, value);
  }
  parts.push(end);
}

/** A date, behind so many bytes. */
function dateKey(date: Date, offset = 0): Buffer {
  const key = Buffer.alloc(offset + 8);
  const ms = date.getTime();
  if (Number.isNaN(ms)) return key;
  // The two halves of 2^63 plus the milliseconds.
  key.writeUInt32BE((Math.floor(ms / 2 ** 32) ^ 0x80000000) >>> 0, offset);
  key.writeUInt32BE(ms >>> 0, offset + 4);
  return key;
}

function timestampKey(value: Timestamp): Buffer {
  const key = Buffer.alloc(8);
  key.writeBigUInt64BE(BigInt.asUintN(64, value.toBigInt()));
  return key;
}

function pushBinary(parts: Uint8Array[], value: Binary): void {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(value.position, 0);
  header[4] = value.sub_type;
  parts.push(header, value.buffer.subarray(0, value.position));
}

function pushDbPointer(parts: Uint8Array[], { namespace, objectId }: DbPointer): void {
  const bytes = bytesOfText(namespace);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length, 0);
  parts.push(length, bytes, objectId.id);
}

function pushCode(parts: Uint8Array[], value: Code): void {
  pushString(parts, String(value.code));
  if (value.scope) pushDocument(parts, value.scope as Document);
}

function pushContent(parts: Uint8Array[], value: Value | undefined): void {
  switch (bsonTypeOf(value)) {
    case BsonType.string:
      pushString(parts, value as string);
      return;
    case BsonType.symbol:
      pushString(parts, String(value));
      return;
    case BsonType.double:
    case BsonType.int:
    case BsonType.long:
    case BsonType.decimal:
      parts.push(numberKey(value as NumericValue));
      return;
    case BsonType.object:
      pushDocument(parts, value as Document);
      return;
    case BsonType.array:
      for (const item of value as Value[]) pushValue(parts, item);
      parts.push(end);
      return;
    case BsonType.objectId:
      parts.push((value as ObjectId).id);
      return;
    case BsonType.bool:
      parts.push(Buffer.from([value ? 1 : 0]));
      return;
    case BsonType.date:
      parts.push(dateKey(value as Date));
      return;
    case BsonType.timestamp:
      parts.push(timestampKey(value as Timestamp));
      return;
    case BsonType.binData:
      pushBinary(parts, value as Binary);
      return;
    case BsonType.regex:
      pushString(parts, (value as BSONRegExp).pattern);
      pushString(parts, (value as BSONRegExp).options);
      return;
    case BsonType.dbPointer:
      pushDbPointer(parts, value as DbPointer);
      return;
    case BsonType.javascript:
    case BsonType.javascriptWithScope:
      pushCode(parts, value as Code);
      return;
    default: // null, undefined, MinKey and MaxKey have no content
  }
}

function pushValue(parts: Uint8Array[], value: Value | undefined): void {
  parts.push(Buffer.from([bracketByte(typeBracket(value))]));
  pushContent(parts, value);
}

function stringKey(text: string): Buffer {
  if (text.includes('\0') || !text.isWellFormed()) {
    return Buffer.concat([Buffer.from([bracketByte(15)]), stringPrefixKey(text), stringEnd]);
  }
  const length = Buffer.byteLength(text);
  const key = Buffer.allocUnsafe(length + 3);
  key[0] = bracketByte(15);
  key.write(text, 1);
  key[length + 1] = 0;
  key[length + 2] = 0;
  return key;
}

function wholeDateKey(date: Date): Buffer {
  const key = dateKey(date, 1);
  key[0] = bracketByte(typeBracket(date));
  return key;
}

const nullKey = Buffer.from([bracketByte(typeBracket(null))]);

/** The order-preserving key of a value; `undefined` comes before null, like the key of an empty array. */
export function valueKey(value: Value | undefined): Buffer {
  if (typeof value === 'string') return stringKey(value);
  if (value === null) return nullKey;
  if (value instanceof Date) return wholeDateKey(value);
  const parts: Uint8Array[] = [];
  pushValue(parts, value);
  return Buffer.concat(parts);
}

/** The key in a descending field. */
export function invertKey(key: Buffer): Buffer {
  const inverted = Buffer.allocUnsafe(key.length);
  for (let i = 0; i < key.length; i += 1) inverted[i] = 0xff - (key[i] ?? 0);
  return inverted;
}
