import { Double, Int32, Long, ObjectId } from 'bson';
import { dateAt } from '../../bson/dates.ts';
import { fitsInt32, fitsInt64, toDouble, truncate } from '../../bson/numeric.ts';
import { isNullish, isTruthy } from '../../bson/truth.ts';
import {
  BsonType,
  bsonTypeOf,
  isNumeric,
  type NumericValue,
  typeName,
  type Value,
} from '../../bson/types.ts';
import { ErrorCode, MongoError, notImplemented } from '../../errors.ts';
import { unary } from '../arguments.ts';
import type { OperatorCompiler } from '../scope.ts';
import { dateOf } from './date.ts';
import { textOfDouble } from './text.ts';

function failure(value: Value, to: string): MongoError {
  return new MongoError(
    ErrorCode.ConversionFailure,
    `Unsupported conversion from ${typeName(value)} to ${to} in $convert with no onError value`,
  );
}

/** A double as text, in which what is no number has its full name. */
function spelledOut({ value }: Double): string {
  return Number.isFinite(value) ? textOfDouble(value) : String(value);
}

function convertToString(value: Value): Value {
  switch (bsonTypeOf(value)) {
    case BsonType.string:
      return value;
    case BsonType.bool:
    case BsonType.int:
    case BsonType.long:
    case BsonType.decimal:
      return String(value);
    case BsonType.objectId:
      return (value as ObjectId).toHexString();
    case BsonType.date:
      return (value as Date).toISOString();
    case BsonType.double:
      return spelledOut(value as Double);
    default:
      throw failure(value, 'string');
  }
}

function parseInteger(text: string, to: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new MongoError(
      ErrorCode.ConversionFailure,
      `Failed to parse number '${text}' in $convert with no onError value: cannot convert to ${to}`,
    );
  }
  return BigInt(text.startsWith('+') ? text.slice(1) : text);
}

function integerOf(value: Value, to: string): bigint {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') return parseInteger(value, to);
  if (bsonTypeOf(value) === BsonType.date && to === 'long') return BigInt((value as Date).getTime());
  const integer = isNumeric(value) ? truncate(value) : undefined;
  if (integer === undefined) throw failure(value, to);
  return integer;
}

function inRange(fits: boolean, value: Value): void {
  if (!fits)
    throw new MongoError(
      ErrorCode.ConversionFailure,
      `Conversion would overflow target type in $convert with no onError value: ${String(value)}`,
    );
}

function convertToInt(value: Value): Value {
  const integer = integerOf(value, 'int');
  inRange(fitsInt32(integer), value);
  return new Int32(Number(integer));
}

function convertToLong(value: Value): Value {
  const integer = integerOf(value, 'long');
  inRange(fitsInt64(integer), value);
  return Long.fromBigInt(integer);
}

function convertToDouble(value: Value): Value {
  if (typeof value === 'boolean') return new Double(value ? 1 : 0);
  if (bsonTypeOf(value) === BsonType.date) return new Double((value as Date).getTime());
  if (isNumeric(value)) return new Double(toDouble(value));
  if (typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value))
    return new Double(Number(value));
  throw failure(value, 'double');
}

/** A day, maybe with a time and an offset from UTC, as ISO 8601 writes them. */
const isoDate =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

function parseDate(text: string): Date {
  const [, day, time = '00:00', offset = 'Z'] = isoDate.exec(text) ?? [];
  // MongoDB reads several more forms, all of them with digits.
  if (day === undefined && /\d/.test(text))
    throw notImplemented('a date in any other form than that of ISO 8601');
  const minutes = offset.length === 3 ? `${offset}:00` : offset.replace(/^(...)(\d\d)$/, '$1:$2');
  const date = new Date(`${day}T${time}${minutes}`);
  if (Number.isNaN(date.getTime())) {
    throw new MongoError(ErrorCode.ConversionFailure, `Error parsing date string '${text}'`);
  }
  return date;
}

function convertToDate(value: Value): Value {
  if (typeof value === 'string') return parseDate(value);
  if (isNumeric(value) && bsonTypeOf(value) !== BsonType.int) {
    const ms = truncate(value as NumericValue);
    if (ms !== undefined) return dateAt(Number(ms));
  }
  const hasDate = [BsonType.date, BsonType.objectId, BsonType.timestamp].some(
    (type) => type === bsonTypeOf(value),
  );
  if (!hasDate) throw failure(value, 'date');
  return dateOf(value);
}

function convertToObjectId(value: Value): Value {
  if (bsonTypeOf(value) === BsonType.objectId) return value;
  if (typeof value !== 'string') throw failure(value, 'objectId');
  if (!/^[0-9a-fA-F]{24}$/.test(value)) {
    throw new MongoError(
      ErrorCode.ConversionFailure,
      `Failed to parse objectId '${value}' in $convert with no onError value`,
    );
  }
  return new ObjectId(value);
}

/** Null and missing stay null in every conversion. */
const converting = (convert: (value: Value) => Value): OperatorCompiler =>
  unary((value) => (isNullish(value) ? null : convert(value)));

/** Operators that name or change a value's type. */
export const conversionOperators: readonly (readonly [string, OperatorCompiler])[] = [
  ['$type', unary((value) => typeName(value))],
  ['$toString', converting(convertToString)],
  ['$toInt', converting(convertToInt)],
  ['$toLong', converting(convertToLong)],
  ['$toDouble', converting(convertToDouble)],
  ['$toBool', converting((value) => isTruthy(value))],
  ['$toDate', converting(convertToDate)],
  ['$toObjectId', converting(convertToObjectId)],
];
