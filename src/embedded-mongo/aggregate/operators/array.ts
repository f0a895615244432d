import { Int32 } from 'bson';
import { compareValues, equalValues } from '../../bson/compare.ts';
import { fieldsOf } from '../../bson/fields.ts';
import { toInteger } from '../../bson/numeric.ts';
import { compileSort, parseSort } from '../../bson/sort-compare.ts';
import { isNullish } from '../../bson/truth.ts';
import { isDocument, isNumeric, typeName, type Value } from '../../bson/types.ts';
import { ErrorCode, MongoError } from '../../errors.ts';
import { binary, int32Operand, objectArgument, operator, unary } from '../arguments.ts';
import type { OperatorCompiler } from '../scope.ts';

type Values = readonly (Value | undefined)[];

function arrayElementAt(array: Value | undefined, index: Value | undefined): Value | undefined {
  if (isNullish(array) || isNullish(index)) return null;
  if (!Array.isArray(array)) {
    throw new MongoError(28689, `$arrayElemAt's first argument must be an array, but is ${typeName(array)}`);
  }
  if (!isNumeric(index)) {
    throw new MongoError(
      28690,
      `$arrayElemAt's second argument must be a numeric value, but is ${typeName(index)}`,
    );
  }
  const at = int32Operand(
    index,
    28691,
    "$arrayElemAt's second argument must be representable as a 32-bit integer",
  );
  return array.at(at);
}

function endOf(index: 0 | -1): OperatorCompiler {
  return unary((array, name) => {
    if (isNullish(array)) return null;
    if (!Array.isArray(array))
      throw new MongoError(28689, `${name}'s argument must be an array, but is ${typeName(array)}`);
    return array.at(index);
  });
}

function size(array: Value | undefined): Value {
  if (Array.isArray(array)) return new Int32(array.length);
  throw new MongoError(17124, `The argument to $size must be an array, but was of type: ${typeName(array)}`);
}

function isIn(value: Value | undefined, array: Value | undefined): Value {
  if (!Array.isArray(array)) {
    throw new MongoError(40081, `$in requires an array as a second argument, found: ${typeName(array)}`);
  }
  return array.some((item) => equalValues(item, value));
}

function concatArrays(values: Values): Value {
  const result: Value[] = [];
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!Array.isArray(value))
      throw new MongoError(28664, `$concatArrays only supports arrays, not ${typeName(value)}`);
    for (const item of value) result.push(item);
  }
  return result;
}

function slice(values: Values): Value {
  const [array, first, second] = values;
  if (values.some(isNullish)) return null;
  if (!Array.isArray(array))
    throw new MongoError(
      28724,
      `First argument to $slice must be an array, but is of type: ${typeName(array)}`,
    );
  if (!isNumeric(first)) {
    throw new MongoError(28725, 'Second argument to $slice must be a numeric value');
  }
  const start = int32Operand(
    first,
    28726,
    "Second argument to $slice can't be represented as a 32-bit integer",
  );
  if (values.length === 2) return start < 0 ? array.slice(start) : array.slice(0, start);
  if (!isNumeric(second)) {
    throw new MongoError(28727, 'Third argument to $slice must be a numeric value');
  }
  const count = int32Operand(
    second,
    28728,
    "Third argument to $slice can't be represented as a 32-bit integer",
  );
  if (count <= 0) throw new MongoError(28729, `Third argument to $slice must be positive: ${count}`);
  const from = start < 0 ? Math.max(array.length + start, 0) : start;
  return array.slice(from, from + count);
}

function reverseArray(array: Value | undefined): Value {
  if (isNullish(array)) return null;
  if (!Array.isArray(array))
    throw new MongoError(
      34435,
      `The argument to $reverseArray must be an array, but was of type: ${typeName(array)}`,
    );
  return [...array].reverse();
}

function indexOfArray(values: Values): Value {
  const [array, sought, from, to] = values;
  if (isNullish(array)) return null;
  if (!Array.isArray(array))
    throw new MongoError(
      40090,
      `$indexOfArray requires an array as a first argument, found: ${typeName(array)}`,
    );
  const start = from === undefined && values.length < 3 ? 0 : indexOperand(from);
  const end = to === undefined && values.length < 4 ? array.length : Math.min(indexOperand(to), array.length);
  for (let i = start; i < end; i += 1) if (equalValues(array[i], sought)) return new Int32(i);
  return new Int32(-1);
}

function indexOperand(value: Value | undefined): number {
  const index = int32Operand(value, 40096, '$indexOfArray requires an integral index');
  if (index < 0) throw new MongoError(40097, `$indexOfArray requires a nonnegative index, found: ${index}`);
  return index;
}

const maxRange = 1_000_000;

function range(values: Values): Value {
  const start = int32Operand(values[0], 34443, '$range requires a numeric starting value');
  const end = int32Operand(values[1], 34445, '$range requires a numeric ending value');
  const step = values.length > 2 ? int32Operand(values[2], 34447, '$range requires a numeric step value') : 1;
  if (step === 0) throw new MongoError(34449, '$range requires a non-zero step value');
  if ((end - start) / step > maxRange)
    throw new MongoError(ErrorCode.ExceededMemoryLimit, `$range would give more than ${maxRange} values`);
  const result: Value[] = [];
  for (let i = start; step > 0 ? i < end : i > end; i += step) result.push(new Int32(i));
  return result;
}

function comparatorOf(by: Value): (a: Value, b: Value) => number {
  if (isNumeric(by)) {
    const direction = toInteger(by);
    if (direction !== 1n && direction !== -1n)
      throw new MongoError(2942507, '$sort element value must be either 1 or -1');
    return (a, b) => compareValues(a, b) * Number(direction);
  }
  if (!isDocument(by) || fieldsOf(by).length === 0)
    throw new MongoError(2942507, '$sortArray requires a sort pattern or 1/-1');
  const sorter = compileSort(parseSort(by));
  const keyOf = (value: Value) => sorter.keyOf(isDocument(value) ? value : {});
  return (a, b) => sorter.compareKeys(keyOf(a), keyOf(b));
}

const sortArray: OperatorCompiler = (argument, compiler) => {
  const fields = objectArgument(
    argument,
    '$sortArray',
    { required: { input: 2942502, sortBy: 2942503 }, optional: [] },
    { notObject: 2942500, unknown: 2942501 },
  );
  const input = compiler.compile(fields.get('input') ?? null);
  const compare = comparatorOf(fields.get('sortBy') ?? null);
  return (scope) => {
    const array = input(scope);
    if (isNullish(array)) return null;
    if (!Array.isArray(array))
      throw new MongoError(
        2942504,
        `The input argument to $sortArray must be an array, but was of type: ${typeName(array)}`,
      );
    return [...array].sort(compare);
  };
};

/** Operators on arrays. */
export const arrayOperators: readonly (readonly [string, OperatorCompiler])[] = [
  ['$arrayElemAt', binary(arrayElementAt)],
  ['$first', endOf(0)],
  ['$last', endOf(-1)],
  ['$size', unary(size)],
  ['$in', binary(isIn)],
  ['$isArray', unary((value) => Array.isArray(value))],
  ['$concatArrays', operator(0, Number.POSITIVE_INFINITY, concatArrays)],
  ['$slice', operator(2, 3, slice)],
  ['$reverseArray', unary(reverseArray)],
  ['$indexOfArray', operator(2, 4, indexOfArray)],
  ['$range', operator(2, 3, range)],
  ['$sortArray', sortArray],
];
