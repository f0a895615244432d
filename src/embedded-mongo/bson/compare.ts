import type { Binary, BSONRegExp, BSONSymbol, Code, Double, Int32, ObjectId, Timestamp } from 'bson';
import { fieldsOf } from './fields.ts';
import { compareNumeric } from './numeric.ts';
import { bytesOfText } from './text.ts';
import {
  Bracket,
  BsonType,
  bsonTypeOf,
  type DbPointer,
  type Document,
  type NumericValue,
  typeBracket,
  type Value,
} from './types.ts';

const compareOrdered = <T extends number | bigint | boolean>(a: T, b: T): number =>
  a < b ? -1 : a > b ? 1 : 0;

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xe000;

/** Ranks the surrogates after the rest of the basic plane, so that UTF-16 units compare as UTF-8 bytes do. */
const utf8Rank = (unit: number): number => {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
};

/** Compares strings by their UTF-8 bytes, as MongoDB does without a collation. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    // Some surrogates may stand for single bytes (`text.ts`).
    if ((isSurrogate(left) || isSurrogate(right)) && !(a.isWellFormed() && b.isWellFormed())) break;
    return utf8Rank(left) < utf8Rank(right) ? -1 : 1;
  }
  return Math.sign(Buffer.compare(bytesOfText(a), bytesOfText(b)));
}

function compareDocuments(a: Document, b: Document): number {
  const left = fieldsOf(a);
  const right = fieldsOf(b);
  for (const [i, [leftName, leftValue]] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    const byType = compareOrdered(typeBracket(leftValue), typeBracket(other[1]));
    if (byType !== 0) return byType;
    const byName = compareStrings(leftName, other[0]);
    if (byName !== 0) return byName;
    const byValue = compareValues(leftValue, other[1]);
    if (byValue !== 0) return byValue;
  }
  return left.length < right.length ? -1 : 0;
}

function compareArrays(a: readonly Value[], b: readonly Value[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    const order = compareValues(left, right);
    if (order !== 0) return order;
  }
  return a.length < b.length ? -1 : 0;
}

function compareBinaries(a: Binary, b: Binary): number {
  if (a.position !== b.position) return compareOrdered(a.position, b.position);
  if (a.sub_type !== b.sub_type) return compareOrdered(a.sub_type, b.sub_type);
  return Math.sign(Buffer.compare(a.buffer.subarray(0, a.position), b.buffer.subarray(0, b.position)));
}

function compareDbPointers(a: DbPointer, b: DbPointer): number {
  const [left, right] = [bytesOfText(a.namespace), bytesOfText(b.namespace)];
  if (left.length !== right.length) return compareOrdered(left.length, right.length);
  return (
    Math.sign(Buffer.compare(left, right)) ||
    compareStrings(a.objectId.toHexString(), b.objectId.toHexString())
  );
}

function compareCode(a: Code, b: Code): number {
  const order = compareStrings(String(a.code), String(b.code));
  if (order !== 0 || !a.scope || !b.scope) return order;
  return compareDocuments(a.scope as Document, b.scope as Document);
}

function compareRegexes(a: BSONRegExp, b: BSONRegExp): number {
  return compareStrings(a.pattern, b.pattern) || compareStrings(a.options, b.options);
}

/** A date's milliseconds; one outside JavaScript's range, which has none, comes before all others. */
const millisecondsOf = (date: Date): number => (Number.isNaN(date.getTime()) ? -Infinity : date.getTime());

function compareWithinBracket(type: number, a: Value, b: Value): number {
  switch (type) {
    case BsonType.object:
      return compareDocuments(a as Document, b as Document);
    case BsonType.array:
      return compareArrays(a as Value[], b as Value[]);
    case BsonType.binData:
      return compareBinaries(a as Binary, b as Binary);
    case BsonType.objectId:
      return compareStrings((a as ObjectId).toHexString(), (b as ObjectId).toHexString());
    case BsonType.bool:
      return compareOrdered(a as boolean, b as boolean);
    case BsonType.date:
      return compareOrdered(millisecondsOf(a as Date), millisecondsOf(b as Date));
    case BsonType.timestamp:
      return compareOrdered((a as Timestamp).toBigInt(), (b as Timestamp).toBigInt());
    case BsonType.regex:
      return compareRegexes(a as BSONRegExp, b as BSONRegExp);
    case BsonType.dbPointer:
      return compareDbPointers(a as DbPointer, b as DbPointer);
    case BsonType.javascript:
    case BsonType.javascriptWithScope:
      return compareCode(a as Code, b as Code);
    default:
      return 0;
  }
}

const isSmallNumber = (type: number): boolean => type === BsonType.int || type === BsonType.double;

function compareNumbers(leftType: number, a: NumericValue, rightType: number, b: NumericValue): number {
  if (isSmallNumber(leftType) && isSmallNumber(rightType)) {
    const left = (a as Int32 | Double).value;
    const right = (b as Int32 | Double).value;
    if (left < right) return -1;
    if (left > right) return 1;
    if (left === right) return 0;
  }
  return compareNumeric(a, b);
}

const textOf = (value: string | BSONSymbol): string => (typeof value === 'string' ? value : value.value);

/**
 * BSON's total order across all types: negative, 0 or positive. Numbers compare by exact value whatever their types,
 * documents field by field in order (type, name, value), arrays element by element, strings by UTF-8 bytes. A missing
 * value (`undefined`) comes before null.
 */
export function compareValues(a: Value | undefined, b: Value | undefined): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  const leftBracket = typeBracket(a);
  const rightBracket = typeBracket(b);
  if (leftBracket !== rightBracket) return leftBracket < rightBracket ? -1 : 1;
  if (a === undefined || b === undefined) return 0;
  const leftType = bsonTypeOf(a);
  if (leftBracket === Bracket.number) {
    return compareNumbers(leftType, a as NumericValue, bsonTypeOf(b), b as NumericValue);
  }
  if (leftBracket === Bracket.string) return compareStrings(textOf(a as string), textOf(b as string));
  return compareWithinBracket(leftType, a, b);
}

/**
 * Whether two values are equal in BSON's order: `1` equals `1.0`, and documents only equal each other if their fields
 * are in the same order.
 */
export function equalValues(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || compareValues(a, b) === 0;
}
