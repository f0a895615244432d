import { type Decimal128, Double, Int32, Long } from 'bson';
import { BsonType, bsonTypeOf, type NumericValue } from './types.ts';

/** A finite Decimal128: `coefficient * 10 ** exponent`. */
export interface Decimal {
  coefficient: bigint;
  exponent: number;
}

/** A number's exact value in the smallest JavaScript type that can represent it. NaN and infinities are `number`. */
export type Exact = number | bigint | Decimal;

/** The exact value of a Decimal128. */
function parseDecimal(value: Decimal128): Exact {
  const text = value.toString();
  if (text.endsWith('NaN')) return Number.NaN;
  if (text.endsWith('Infinity')) return text.startsWith('-') ? -Infinity : Infinity;
  const [digits = '0', power = '0'] = text.split('E');
  const [whole = '0', fraction = ''] = digits.split('.');
  return { coefficient: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

/** The exact value of any BSON number. */
export function exactValue(value: NumericValue): Exact {
  switch (bsonTypeOf(value)) {
    case BsonType.long:
      return (value as Long).toBigInt();
    case BsonType.decimal:
      return parseDecimal(value as Decimal128);
    default:
      return (value as Int32 | Double).value;
  }
}

/** The nearest double of any BSON number. */
export function toDouble(value: NumericValue): number {
  switch (bsonTypeOf(value)) {
    case BsonType.long:
      return Number((value as Long).toBigInt());
    case BsonType.decimal:
      return Number((value as Decimal128).toString());
    default:
      return (value as Int32 | Double).value;
  }
}

const isDecimal = (value: Exact): value is Decimal => typeof value === 'object';

function toDecimal(value: number | bigint): Decimal {
  if (typeof value === 'bigint') return { coefficient: value, exponent: 0 };
  if (Number.isInteger(value)) return { coefficient: BigInt(value), exponent: 0 };
  let scaled = value;
  let halvings = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    halvings += 1;
  }
  return { coefficient: BigInt(scaled) * 5n ** BigInt(halvings), exponent: -halvings };
}

function compareDecimals(a: Decimal, b: Decimal): number {
  const exponent = Math.min(a.exponent, b.exponent);
  const left = a.coefficient * 10n ** BigInt(a.exponent - exponent);
  const right = b.coefficient * 10n ** BigInt(b.exponent - exponent);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Compares two exact values: NaN equals NaN and is less than every other number. */
export function compareExact(a: Exact, b: Exact): number {
  if (typeof a === 'number' && Number.isNaN(a)) return typeof b === 'number' && Number.isNaN(b) ? 0 : -1;
  if (typeof b === 'number' && Number.isNaN(b)) return 1;
  if (!isDecimal(a) && !isDecimal(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'number' && !Number.isFinite(a)) return a < 0 ? -1 : 1;
  if (typeof b === 'number' && !Number.isFinite(b)) return b < 0 ? 1 : -1;
  return compareDecimals(isDecimal(a) ? a : toDecimal(a), isDecimal(b) ? b : toDecimal(b));
}

/** Compares two BSON numbers by their exact values, whatever their types. */
export function compareNumeric(a: NumericValue, b: NumericValue): number {
  return compareExact(exactValue(a), exactValue(b));
}

/** The integer that a number exactly equals, or undefined for fractions, NaN and infinities. */
export function toInteger(value: NumericValue): bigint | undefined {
  const exact = exactValue(value);
  if (typeof exact === 'bigint') return exact;
  if (typeof exact === 'number') return Number.isInteger(exact) ? BigInt(exact) : undefined;
  if (exact.exponent >= 0) return exact.coefficient * 10n ** BigInt(exact.exponent);
  const divisor = 10n ** BigInt(-exact.exponent);
  return exact.coefficient % divisor === 0n ? exact.coefficient / divisor : undefined;
}

/** The integer part of a number as MongoDB truncates it, or undefined for NaN and infinities. */
export function truncate(value: NumericValue): bigint | undefined {
  const exact = exactValue(value);
  if (typeof exact === 'bigint') return exact;
  if (typeof exact === 'number') return Number.isFinite(exact) ? BigInt(Math.trunc(exact)) : undefined;
  return exact.exponent >= 0
    ? exact.coefficient * 10n ** BigInt(exact.exponent)
    : exact.coefficient / 10n ** BigInt(-exact.exponent);
}

const maxInt32 = 2n ** 31n - 1n;
const maxInt64 = 2n ** 63n - 1n;

/** Whether an integer fits into 32 bits. */
export const fitsInt32 = (value: bigint): boolean => value >= -maxInt32 - 1n && value <= maxInt32;

/** Whether an integer fits into 64 bits. */
export const fitsInt64 = (value: bigint): boolean => value >= -maxInt64 - 1n && value <= maxInt64;

/** An integer as the smallest of Int32, Long and Double that MongoDB would choose. */
export function integerValue(value: bigint): Int32 | Long | Double {
  if (fitsInt32(value)) return new Int32(Number(value));
  return fitsInt64(value) ? Long.fromBigInt(value) : new Double(Number(value));
}
