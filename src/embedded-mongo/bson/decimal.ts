import { Decimal128 } from 'bson';
import { type Decimal, type Exact, exactValue } from './numeric.ts';
import { BsonType, bsonTypeOf, type NumericValue } from './types.ts';

const maxDigits = 34;
const minExponent = -6176;
const maxExponent = 6111;

const digitsOf = (coefficient: bigint): number =>
  (coefficient < 0n ? -coefficient : coefficient).toString().length;

const scaled = (coefficient: bigint, digits: number): bigint => coefficient * 10n ** BigInt(digits);

/** Divides, rounding half to even. */
function divideRounding(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = (dividend % divisor) * 2n;
  const [twice, whole] = [rest < 0n ? -rest : rest, divisor < 0n ? -divisor : divisor];
  if (twice < whole || (twice === whole && quotient % 2n === 0n)) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/** Rounded to this many digits. */
function rounded({ coefficient, exponent }: Decimal, digits: number): Decimal {
  const excess = digitsOf(coefficient) - digits;
  if (excess <= 0) return { coefficient, exponent };
  const shorter = {
    coefficient: divideRounding(coefficient, scaled(1n, excess)),
    exponent: exponent + excess,
  };
  return rounded(shorter, digits);
}

/** The Decimal128 nearest to a decimal number. */
function decimalValue(value: Decimal): Decimal128 {
  let { coefficient, exponent } = rounded(value, maxDigits);
  if (exponent < minExponent) {
    coefficient = divideRounding(coefficient, scaled(1n, minExponent - exponent));
    exponent = minExponent;
  }
  if (coefficient !== 0n && exponent + digitsOf(coefficient) > maxExponent + maxDigits) {
    return Decimal128.fromString(coefficient < 0n ? '-Infinity' : 'Infinity');
  }
  if (exponent > maxExponent) {
    coefficient = scaled(coefficient, exponent - maxExponent);
    exponent = maxExponent;
  }
  return Decimal128.fromString(`${coefficient}E${exponent}`);
}

/** A finite double as a decimal number, exactly. */
function exactDecimal(value: number): Decimal {
  let [whole, halvings] = [value, 0];
  while (!Number.isInteger(whole)) {
    whole *= 2;
    halvings += 1;
  }
  return { coefficient: BigInt(whole) * 5n ** BigInt(halvings), exponent: -halvings };
}

/** Digits of a double that becomes a Decimal128: MongoDB takes 15 in arithmetic, and all that there are in sums. */
export type DoubleDigits = 15 | 34;

function decimalOfDouble(value: number, digits: DoubleDigits): Decimal {
  const exact = rounded(exactDecimal(value), digits);
  if (digits === maxDigits || exact.coefficient === 0n) return exact;
  const missing = digits - digitsOf(exact.coefficient);
  return { coefficient: scaled(exact.coefficient, missing), exponent: exact.exponent - missing };
}

/** Any number as a decimal one; NaN and the infinities stay what they are. */
export function asDecimal(value: NumericValue, digits: DoubleDigits = 15): Decimal | number {
  const exact: Exact = exactValue(value);
  if (typeof exact === 'object') return exact;
  if (typeof exact === 'number' && !Number.isFinite(exact)) return exact;
  if (bsonTypeOf(value) === BsonType.double) return decimalOfDouble(Number(exact), digits);
  return { coefficient: BigInt(exact), exponent: 0 };
}

function aligned(a: Decimal, b: Decimal): { left: bigint; right: bigint; exponent: number } {
  const exponent = Math.min(a.exponent, b.exponent);
  return {
    left: scaled(a.coefficient, a.exponent - exponent),
    right: scaled(b.coefficient, b.exponent - exponent),
    exponent,
  };
}

/** A quotient of 34 digits, or of as many as are needed if it is exact with fewer. */
function quotient(a: Decimal, b: Decimal): Decimal {
  const least = a.exponent - b.exponent;
  const more = Math.max(0, maxDigits + digitsOf(b.coefficient) - digitsOf(a.coefficient));
  const dividend = scaled(a.coefficient, more);
  if (dividend % b.coefficient !== 0n) {
    // Two more digits, the last of which is not 0 if there is a remainder, so that rounding happens only once.
    const sticky = scaled(dividend, 2) / b.coefficient;
    const last = sticky % 10n === 0n ? sticky + (dividend < 0n === b.coefficient < 0n ? 1n : -1n) : sticky;
    return { coefficient: last, exponent: least - more - 2 };
  }
  let [coefficient, exponent] = [dividend / b.coefficient, least - more];
  while (exponent < least && coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent += 1;
  }
  return { coefficient, exponent };
}

export type DecimalOperation = 'add' | 'subtract' | 'multiply' | 'divide' | 'modulo';

function finiteResult(operation: DecimalOperation, a: Decimal, b: Decimal): Decimal {
  if (operation === 'divide') return quotient(a, b);
  if (operation === 'multiply') {
    return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent };
  }
  const { left, right, exponent } = aligned(a, b);
  if (operation === 'modulo') return { coefficient: left % right, exponent };
  return { coefficient: operation === 'add' ? left + right : left - right, exponent };
}

function doubleResult(operation: DecimalOperation, a: number, b: number): number {
  switch (operation) {
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'multiply':
      return a * b;
    case 'divide':
      return a / b;
    case 'modulo':
      return a % b;
  }
}

/** Decimal arithmetic; the divisor must not be zero. NaN and infinities go by the rules of doubles. */
export function combineDecimals(
  operation: DecimalOperation,
  a: Decimal | number,
  b: Decimal | number,
): Decimal128 {
  if (typeof a !== 'number' && typeof b !== 'number') return decimalValue(finiteResult(operation, a, b));
  const toNumber = (value: Decimal | number): number =>
    typeof value === 'number' ? value : Number(`${value.coefficient}E${value.exponent}`);
  return Decimal128.fromString(String(doubleResult(operation, toNumber(a), toNumber(b))));
}

/** The whole number next to a decimal one on this side. */
export function wholeDecimal(value: Decimal128, side: 'floor' | 'ceil'): Decimal128 {
  const exact = asDecimal(value);
  if (typeof exact === 'number' || exact.exponent >= 0) return value;
  const unit = scaled(1n, -exact.exponent);
  const towardsZero = exact.coefficient / unit;
  const isWhole = exact.coefficient % unit === 0n;
  if (isWhole || exact.coefficient < 0n !== (side === 'floor')) {
    return decimalValue({ coefficient: towardsZero, exponent: 0 });
  }
  return decimalValue({ coefficient: side === 'floor' ? towardsZero - 1n : towardsZero + 1n, exponent: 0 });
}

/** A decimal number without its sign. */
export function absoluteDecimal(value: Decimal128): Decimal128 {
  const text = String(value);
  return text.startsWith('-') ? Decimal128.fromString(text.slice(1)) : value;
}
