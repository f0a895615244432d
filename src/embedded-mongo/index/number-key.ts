import type { Decimal128, Double, Int32, Long } from 'bson';
import { exactValue } from '../bson/numeric.ts';
import type { NumericValue } from '../bson/types.ts';

// A number is written as the largest double that is not greater than it, followed by the exact remainder. So equal
// numbers have the same key whatever their types, and 2^53 + 1 comes after 2^53.

const noRest = Buffer.from([0]);
const view = new DataView(new ArrayBuffer(8));

function writeOrderedDouble(target: Buffer, offset: number, value: number): void {
  view.setFloat64(0, value === 0 ? 0 : value);
  const high = view.getUint32(0);
  const low = view.getUint32(4);
  const isNegative = high >>> 31 === 1;
  target.writeUInt32BE((isNegative ? ~high : high ^ 0x80000000) >>> 0, offset);
  target.writeUInt32BE((isNegative ? ~low : low) >>> 0, offset + 4);
}

function nextDoubleBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  if (value === Infinity) return Number.MAX_VALUE;
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? -1n : 1n));
  return view.getFloat64(0);
}

/** A double as `mantissa * 2 ** power`, with integers. */
function partsOf(value: number): { mantissa: bigint; power: number } {
  let mantissa = value;
  let power = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    power -= 1;
  }
  return { mantissa: BigInt(mantissa), power };
}

/** The remainder of `coefficient * 10 ** exponent` after a double is subtracted, as decimal digits and exponent. */
function restOf(coefficient: bigint, exponent: number, floor: number): { digits: bigint; exponent: number } {
  const { mantissa, power } = partsOf(floor);
  // mantissa * 2 ** power, power <= 0, is mantissa * 5 ** -power * 10 ** power.
  const floorDigits = mantissa * 5n ** BigInt(-power);
  const shared = Math.min(exponent, power);
  const digits = coefficient * 10n ** BigInt(exponent - shared) - floorDigits * 10n ** BigInt(power - shared);
  return { digits, exponent: shared };
}

function writeRest(digits: bigint, exponent: number): Buffer {
  const text = digits.toString();
  const significant = text.replace(/0+$/, '');
  const magnitude = text.length + exponent;
  const key = Buffer.alloc(3 + significant.length + 1);
  key[0] = 1;
  key.writeUInt16BE(magnitude + 0x8000, 1);
  for (let i = 0; i < significant.length; i += 1) key[3 + i] = significant.charCodeAt(i) - 0x2f;
  return key;
}

function encodeExact(coefficient: bigint, exponent: number, nearest: number): [number, Buffer] {
  let floor = Number.isFinite(nearest) ? nearest : nextDoubleBelow(Math.abs(nearest)) * Math.sign(nearest);
  let rest = restOf(coefficient, exponent, floor);
  if (rest.digits < 0n) {
    if (floor === -Number.MAX_VALUE) return [-Infinity, writeBelowAllDoubles(coefficient, exponent)];
    floor = nextDoubleBelow(floor);
    rest = restOf(coefficient, exponent, floor);
  }
  return [floor, rest.digits === 0n ? noRest : writeRest(rest.digits, rest.exponent)];
}

/** Decimals below the lowest double come after -Infinity, the largest magnitude first. */
function writeBelowAllDoubles(coefficient: bigint, exponent: number): Buffer {
  const magnitude = writeRest(-coefficient, exponent);
  for (let i = 1; i < magnitude.length; i += 1) magnitude[i] = 0xff - (magnitude[i] ?? 0);
  return magnitude;
}

function split(value: NumericValue): [number, Buffer] {
  const tag = value._bsontype;
  if (tag === 'Int32' || tag === 'Double') return [(value as Int32 | Double).value, noRest];
  const exact = exactValue(value as Long | Decimal128);
  if (typeof exact === 'number') return [exact, noRest];
  if (typeof exact === 'bigint') {
    const nearest = Number(exact);
    return Number.isSafeInteger(nearest) ? [nearest, noRest] : encodeExact(exact, 0, nearest);
  }
  if (exact.coefficient === 0n) return [0, noRest];
  return encodeExact(exact.coefficient, exact.exponent, Number(String(value)));
}

/** The order-preserving key of a number. NaN is less than all others; 0 and -0 have the same key. */
export function numberKey(value: NumericValue): Buffer {
  const [double, rest] = split(value);
  const key = Buffer.alloc(8 + rest.length);
  if (!Number.isNaN(double)) writeOrderedDouble(key, 0, double);
  key.set(rest, 8);
  return key;
}
