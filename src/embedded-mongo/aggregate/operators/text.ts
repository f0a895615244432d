import type { BSONSymbol, Double } from 'bson';
import { BsonType, bsonTypeOf, typeName, type Value } from '../../bson/types.ts';
import { MongoError, notImplemented } from '../../errors.ts';

const significantDigits = 6;

/** Whether digits are exactly halfway between two shorter numbers. */
const isHalfway = (digits: string): boolean => /^50*$/.test(digits);

/** The first six digits of a finite double and its power of ten, rounded half to even as C's library does. */
function roundedDigits(value: number): { digits: string; power: number } {
  const [mantissa = '', power = ''] = value.toExponential(significantDigits - 1).split('e');
  const digits = mantissa.replace('.', '');
  const exact = value.toExponential(60).replace('.', '');
  const kept = exact.slice(0, significantDigits);
  const isEven = Number(kept.at(-1)) % 2 === 0;
  if (isEven && isHalfway(exact.slice(significantDigits, exact.indexOf('e')))) {
    return { digits: kept, power: Number(power) };
  }
  return { digits, power: Number(power) };
}

/**
 * A double with six significant digits, as `%g` of C's library writes it and MongoDB 7 does in `$toString`: `0.1`,
 * `123457`, `1.23457e+06`. NaN is `nan` and infinity `inf`.
 */
export function textOfDouble(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return `${sign}inf`;
  const { digits, power } = roundedDigits(Math.abs(value));
  const [first = '0', ...others] = digits.replace(/0+$/, '') || '0';
  if (power < -4 || power >= significantDigits) {
    const fraction = others.length > 0 ? `.${others.join('')}` : '';
    return `${sign}${first}${fraction}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const plain = `${'0'.repeat(Math.max(0, -power))}${first}${others.join('')}`.padEnd(power + 1, '0');
  const point = Math.max(power, 0) + 1;
  const fraction = plain.slice(point);
  return `${sign}${plain.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * A value as the string operators take it (`$toLower`, `$substr`, …): null and missing are the empty string, numbers
 * their digits, dates ISO 8601. Other types are refused (16007).
 */
export function coerceToText(value: Value | undefined): string {
  switch (bsonTypeOf(value)) {
    case BsonType.null:
    case BsonType.undefined:
      return '';
    case BsonType.string:
      return value as string;
    case BsonType.symbol:
      return (value as BSONSymbol).value;
    case BsonType.int:
    case BsonType.long:
    case BsonType.decimal:
      return String(value);
    case BsonType.date:
      return (value as Date).toISOString();
    case BsonType.double:
      return textOfDouble((value as Double).value);
    case BsonType.timestamp:
      throw notImplemented(`the text of a ${typeName(value)}`);
    default:
      throw new MongoError(16007, `can't convert from BSON type ${typeName(value)} to String`);
  }
}
