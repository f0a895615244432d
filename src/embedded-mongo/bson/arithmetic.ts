import { Decimal128, Double, Int32, Long } from 'bson';
import { notImplemented } from '../errors.ts';
import { type Decimal, exactValue, fitsInt32, fitsInt64, toDouble } from './numeric.ts';
import { BsonType, bsonTypeOf, type NumericValue } from './types.ts';

const maxDigits = 34;
const minExponent = -6176;
const maxExponent = 6111;

/** Divides by a power of ten, rounding half to even. */
function shiftRight(coefficient: bigint, digits: number): bigint {
  const divisor = 10n ** BigInt(digits);
  const quotient = coefficient / divisor;
  const rest = (coefficient % divisor) * 2n;
  const magnitude = rest < 0n ? -rest : rest;
  const roundsUp = magnitude > divisor || (magnitude === divisor && quotient % 2n !== 0n);
  if (!roundsUp) return quotient;
  return coefficient < 0n ? quotient - 1n : quotient + 1n;
}

const digitsOf = (coefficient: bigint): number =>
  (coefficient < 0n ? -coefficient : coefficient).toString().length;

/** The Decimal128 nearest to a decimal number. */
function decimalValue({ coefficient, exponent }: Decimal): Decimal128 {
  let [digits, power] = [coefficient, exponent];
  const excess = Math.max(digitsOf(digits) - maxDigits, minExponent - power);
  if (excess > 0) {
    digits = shiftRight(digits, excess);
    power += excess;
    if (digitsOf(digits) > maxDigits) return decimalValue({ coefficient: digits, exponent: power });
  }
  if (digits !== 0n && power + digitsOf(digits) > maxExponent + maxDigits) {
    return Decimal128.fromString(digits < 0n ? '-Infinity' : 'Infinity');
  }
  if (power > maxExponent) {
    digits *= 10n ** BigInt(power - maxExponent);
    power = maxExponent;
  }
  return Decimal128.fromString(`${digits}E${power}`);
}

type Operation = 'add' | 'multiply' | 'subtract';

function combineNumbers(operation: Operation, a: number, b: number): number {
  if (operation === 'add') return a + b;
  return operation === 'subtract' ? a - b : a * b;
}

function combineIntegers(operation: Operation, a: bigint, b: bigint): bigint {
  if (operation === 'add') return a + b;
  return operation === 'subtract' ? a - b : a * b;
}

function asDecimal(value: NumericValue): Decimal | number {
  if (bsonTypeOf(value) === BsonType.double) throw notImplemented('arithmetic on a Double with a Decimal128');
  const exact = exactValue(value);
  if (typeof exact === 'object') return exact;
  if (typeof exact === 'number' && !Number.isFinite(exact)) return exact;
  return { coefficient: BigInt(exact), exponent: 0 };
}

function combineDecimals(operation: Operation, a: NumericValue, b: NumericValue): Decimal128 {
  const left = asDecimal(a);
  const right = asDecimal(b);
  if (typeof left === 'number' || typeof right === 'number') {
    const result = combineNumbers(operation, toDouble(a), toDouble(b));
    return Decimal128.fromString(String(result));
  }
  if (operation === 'multiply') {
    return decimalValue({
      coefficient: left.coefficient * right.coefficient,
      exponent: left.exponent + right.exponent,
    });
  }
  const exponent = Math.min(left.exponent, right.exponent);
  const leftDigits = left.coefficient * 10n ** BigInt(left.exponent - exponent);
  const rightDigits = right.coefficient * 10n ** BigInt(right.exponent - exponent);
  return decimalValue({ coefficient: combineIntegers(operation, leftDigits, rightDigits), exponent });
}

/**
 * Adds, subtracts or multiplies with MongoDB's types: two Int32s give an Int32 or, if that overflows, a Long; with a
 * Long the result is a Long, with a Double a Double, with a Decimal128 a Decimal128. Undefined if a Long overflows.
 */
export function combine(operation: Operation, a: NumericValue, b: NumericValue): NumericValue | undefined {
  const types = [bsonTypeOf(a), bsonTypeOf(b)];
  if (types.includes(BsonType.decimal)) return combineDecimals(operation, a, b);
  if (types.includes(BsonType.double)) return new Double(combineNumbers(operation, toDouble(a), toDouble(b)));
  const result = combineIntegers(
    operation,
    BigInt(exactValue(a) as number | bigint),
    BigInt(exactValue(b) as number | bigint),
  );
  if (!types.includes(BsonType.long) && fitsInt32(result)) return new Int32(Number(result));
  return fitsInt64(result) ? Long.fromBigInt(result) : undefined;
}
