import { type Decimal128, Double, Int32, Long } from 'bson';
import { combine } from '../../bson/arithmetic.ts';
import { dateAt } from '../../bson/dates.ts';
import { absoluteDecimal, asDecimal, combineDecimals, wholeDecimal } from '../../bson/decimal.ts';
import { exactValue, fitsInt32, integerValue, toDouble, toInteger } from '../../bson/numeric.ts';
import { isNullish } from '../../bson/truth.ts';
import {
  BsonType,
  bsonTypeOf,
  isNumeric,
  type NumericValue,
  typeName,
  type Value,
} from '../../bson/types.ts';
import { badValue, MongoError, typeMismatch } from '../../errors.ts';
import { binary, operator, unary } from '../arguments.ts';
import type { OperatorCompiler } from '../scope.ts';
import { Summation } from '../summation.ts';

const isDate = (value: Value | undefined): value is Date => bsonTypeOf(value) === BsonType.date;

function add(values: readonly (Value | undefined)[]): Value {
  const sum = new Summation();
  let date: Date | undefined;
  for (const value of values) {
    if (isNullish(value)) return null;
    if (isDate(value)) {
      if (date !== undefined) throw new MongoError(16612, 'only one date allowed in an $add expression');
      date = value;
    } else if (isNumeric(value)) sum.add(value);
    else throw typeMismatch(`$add only supports numeric or date types, not ${typeName(value)}`);
  }
  return date === undefined ? sum.result() : dateAt(date.getTime() + Math.round(sum.toNumber()));
}

function subtract(a: Value | undefined, b: Value | undefined): Value {
  if (isNullish(a) || isNullish(b)) return null;
  if (isNumeric(a) && isNumeric(b)) return combine('subtract', a, b) ?? new Double(toDouble(a) - toDouble(b));
  if (isDate(a) && isDate(b)) return Long.fromNumber(a.getTime() - b.getTime());
  if (isDate(a) && isNumeric(b)) return dateAt(a.getTime() - Math.trunc(toDouble(b)));
  throw typeMismatch(`can't $subtract ${typeName(b)} from ${typeName(a)}`);
}

function multiply(values: readonly (Value | undefined)[]): Value {
  let product: NumericValue = new Int32(1);
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!isNumeric(value))
      throw typeMismatch(`$multiply only supports numeric types, not ${typeName(value)}`);
    product = combine('multiply', product, value) ?? new Double(toDouble(product) * toDouble(value));
  }
  return product;
}

const isDecimal = (value: NumericValue): value is Decimal128 => bsonTypeOf(value) === BsonType.decimal;

function divide(a: Value | undefined, b: Value | undefined): Value {
  if (isNullish(a) || isNullish(b)) return null;
  if (!isNumeric(a) || !isNumeric(b)) {
    throw typeMismatch(`$divide only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  }
  if (toDouble(b) === 0) throw badValue("can't $divide by zero");
  if (isDecimal(a) || isDecimal(b)) return combineDecimals('divide', asDecimal(a), asDecimal(b));
  return new Double(toDouble(a) / toDouble(b));
}

/** Whether a number divides as a Double. A divisor that is a whole 32-bit number does not, whatever its type. */
function dividesAsDouble(dividend: NumericValue, divisor: NumericValue): boolean {
  if (bsonTypeOf(dividend) === BsonType.double) return true;
  const whole = toInteger(divisor);
  return bsonTypeOf(divisor) === BsonType.double && (whole === undefined || !fitsInt32(whole));
}

function modulo(a: Value | undefined, b: Value | undefined): Value {
  if (isNullish(a) || isNullish(b)) return null;
  if (!isNumeric(a) || !isNumeric(b)) {
    throw new MongoError(16611, `$mod only supports numeric types, not ${typeName(a)} and ${typeName(b)}`);
  }
  if (toDouble(b) === 0) throw new MongoError(16610, "can't $mod by zero");
  if (isDecimal(a) || isDecimal(b)) return combineDecimals('modulo', asDecimal(a), asDecimal(b));
  if (dividesAsDouble(a, b)) return new Double(toDouble(a) % toDouble(b));
  const rest = (toInteger(a) ?? 0n) % (toInteger(b) ?? 1n);
  const isLong = [a, b].some((value) => bsonTypeOf(value) === BsonType.long);
  return isLong ? Long.fromBigInt(rest) : new Int32(Number(rest));
}

/** Rounds a double or a decimal to a whole number; integers stay as they are. */
function rounding(side: 'floor' | 'ceil'): OperatorCompiler {
  return unary((value, name) => {
    if (isNullish(value)) return null;
    if (!isNumeric(value))
      throw new MongoError(28765, `${name} only supports numeric types, not ${typeName(value)}`);
    if (isDecimal(value)) return wholeDecimal(value, side);
    return bsonTypeOf(value) === BsonType.double ? new Double(Math[side](toDouble(value))) : value;
  });
}

function absolute(value: Value | undefined): Value {
  if (isNullish(value)) return null;
  if (!isNumeric(value))
    throw new MongoError(28765, `$abs only supports numeric types, not ${typeName(value)}`);
  if (isDecimal(value)) return absoluteDecimal(value);
  if (bsonTypeOf(value) === BsonType.double) return new Double(Math.abs(toDouble(value)));
  const integer = BigInt(exactValue(value) as number | bigint);
  const magnitude = integer < 0n ? -integer : integer;
  if (bsonTypeOf(value) === BsonType.int) return integerValue(magnitude);
  if (magnitude > 2n ** 63n - 1n) throw new MongoError(28680, "can't take $abs of long long min");
  return Long.fromBigInt(magnitude);
}

/** Operators on numbers and the arithmetic of dates. */
export const arithmeticOperators: readonly (readonly [string, OperatorCompiler])[] = [
  ['$add', operator(0, Number.POSITIVE_INFINITY, add)],
  ['$subtract', binary(subtract)],
  ['$multiply', operator(0, Number.POSITIVE_INFINITY, multiply)],
  ['$divide', binary(divide)],
  ['$mod', binary(modulo)],
  ['$abs', unary(absolute)],
  ['$ceil', rounding('ceil')],
  ['$floor', rounding('floor')],
];
