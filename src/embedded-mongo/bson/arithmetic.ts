import { Double, Int32, Long } from 'bson';
import { asDecimal, combineDecimals } from './decimal.ts';
import { exactValue, fitsInt32, fitsInt64, toDouble } from './numeric.ts';
import { BsonType, bsonTypeOf, type NumericValue } from './types.ts';

type Operation = 'add' | 'multiply' | 'subtract';

function combineNumbers(operation: Operation, a: number, b: number): number {
  if (operation === 'add') return a + b;
  return operation === 'subtract' ? a - b : a * b;
}

function combineIntegers(operation: Operation, a: bigint, b: bigint): bigint {
  if (operation === 'add') return a + b;
  return operation === 'subtract' ? a - b : a * b;
}

/**
 * Adds, subtracts or multiplies with MongoDB's types: two Int32s give an Int32 or, if that overflows, a Long; with a
 * Long the result is a Long, with a Double a Double, with a Decimal128 a Decimal128. Undefined if a Long overflows.
 */
export function combine(operation: Operation, a: NumericValue, b: NumericValue): NumericValue | undefined {
  const types = [bsonTypeOf(a), bsonTypeOf(b)];
  if (types.includes(BsonType.decimal)) return combineDecimals(operation, asDecimal(a), asDecimal(b));
  if (types.includes(BsonType.double)) return new Double(combineNumbers(operation, toDouble(a), toDouble(b)));
  const result = combineIntegers(
    operation,
    BigInt(exactValue(a) as number | bigint),
    BigInt(exactValue(b) as number | bigint),
  );
  if (!types.includes(BsonType.long) && fitsInt32(result)) return new Int32(Number(result));
  return fitsInt64(result) ? Long.fromBigInt(result) : undefined;
}
