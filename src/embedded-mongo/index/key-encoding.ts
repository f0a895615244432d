import type { Binary, BSONRegExp, Code, ObjectId, Timestamp } from 'bson';
import { fieldsOf } from '../bson/fields.ts';
import { bytesOfText } from '../bson/text.ts';
import {
  Bracket,
  BsonType,
  bsonTypeOf,
  type DbPointer,
  type Document,
  type NumericValue,
  typeBracket,
  type Value,
} from '../bson/types.ts';
import { escapeNulls, KeyOutput } from './key-output.ts';
import { numberKey } from './number-key.ts';

// Keys compare byte by byte as their values do in BSON's order. Each value's key determines its own end, so keys can
// be concatenated (compound indexes) and inverted (descending fields).

/** The first byte of a key: the rank of the value's type in BSON's order. */
export const bracketByte = (bracket: number): number => bracket + 2;

/** The key of a string without its end, with which the keys of all strings that begin with it begin. */
export const stringPrefixKey = (text: string): Buffer => escapeNulls(bytesOfText(text));

// A string ends with two nulls, and a null inside it is followed by 0xff, so a prefix comes before longer strings.
function addString(out: KeyOutput, text: string): void {
  out.text(text);
  out.byte(0);
  out.byte(0);
}

function addDocument(out: KeyOutput, document: Document): void {
  for (const [name, value] of fieldsOf(document)) {
    out.byte(bracketByte(typeBracket(value)));
    addString(out, name);
    addContent(out, value);
  }
  out.byte(0);
}

function addDate(out: KeyOutput, date: Date): void {
  const ms = date.getTime();
  // The two halves of 2^63 plus the milliseconds.
  out.uint32(Number.isNaN(ms) ? 0 : (Math.floor(ms / 2 ** 32) ^ 0x80000000) >>> 0);
  out.uint32(Number.isNaN(ms) ? 0 : ms >>> 0);
}

function addTimestamp(out: KeyOutput, { high, low }: Timestamp): void {
  out.uint32(high >>> 0);
  out.uint32(low >>> 0);
}

function addBinary(out: KeyOutput, value: Binary): void {
  out.uint32(value.position);
  out.byte(value.sub_type);
  out.raw(value.buffer.subarray(0, value.position));
}

function addDbPointer(out: KeyOutput, { namespace, objectId }: DbPointer): void {
  const bytes = bytesOfText(namespace);
  out.uint32(bytes.length);
  out.raw(bytes);
  out.raw(objectId.id);
}

function addCode(out: KeyOutput, value: Code): void {
  addString(out, String(value.code));
  if (value.scope) addDocument(out, value.scope as Document);
}

function addContent(out: KeyOutput, value: Value | undefined): void {
  switch (bsonTypeOf(value)) {
    case BsonType.string:
      addString(out, value as string);
      return;
    case BsonType.symbol:
      addString(out, String(value));
      return;
    case BsonType.double:
    case BsonType.int:
    case BsonType.long:
    case BsonType.decimal:
      out.raw(numberKey(value as NumericValue));
      return;
    case BsonType.object:
      addDocument(out, value as Document);
      return;
    case BsonType.array:
      for (const item of value as Value[]) addValue(out, item);
      out.byte(0);
      return;
    case BsonType.objectId:
      out.raw((value as ObjectId).id);
      return;
    case BsonType.bool:
      out.byte(value ? 1 : 0);
      return;
    case BsonType.date:
      addDate(out, value as Date);
      return;
    case BsonType.timestamp:
      addTimestamp(out, value as Timestamp);
      return;
    case BsonType.binData:
      addBinary(out, value as Binary);
      return;
    case BsonType.regex:
      addString(out, (value as BSONRegExp).pattern);
      addString(out, (value as BSONRegExp).options);
      return;
    case BsonType.dbPointer:
      addDbPointer(out, value as DbPointer);
      return;
    case BsonType.javascript:
    case BsonType.javascriptWithScope:
      addCode(out, value as Code);
      return;
    default: // null, undefined, MinKey and MaxKey have no content
  }
}

const stringByte = bracketByte(Bracket.string);

function addValue(out: KeyOutput, value: Value | undefined): void {
  if (typeof value === 'string') {
    out.byte(stringByte);
    addString(out, value);
    return;
  }
  out.byte(bracketByte(typeBracket(value)));
  addContent(out, value);
}

const output = new KeyOutput();

/** The order-preserving key of a value; `undefined` comes before null, like the key of an empty array. */
export function valueKey(value: Value | undefined): Buffer {
  output.clear();
  addValue(output, value);
  return output.copy();
}

/** The key of a string whose UTF-8 is there already. */
export function stringKey(utf8: Buffer): Buffer {
  output.clear();
  output.byte(stringByte);
  output.raw(escapeNulls(utf8));
  output.byte(0);
  output.byte(0);
  return output.copy();
}

/** The key of a value for each field of an index. */
export function fieldsKey(
  fields: readonly { readonly direction: 1 | -1 }[],
  values: readonly (Value | undefined)[],
): Buffer {
  output.clear();
  for (let i = 0; i < fields.length; i += 1) {
    const start = output.at;
    addValue(output, values[i]);
    if (fields[i]?.direction === -1) output.invertFrom(start);
  }
  return output.copy();
}
