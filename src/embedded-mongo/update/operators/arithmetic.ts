import { Decimal128, Double, Int32, Long } from 'bson';
import { combine } from '../../bson/arithmetic.ts';
import { fieldsOf } from '../../bson/fields.ts';
import { identicalValues } from '../../bson/identical.ts';
import { exactValue } from '../../bson/numeric.ts';
import {
  BsonType,
  bsonTypeOf,
  isDocument,
  isNumeric,
  type NumericValue,
  typeName,
  type Value,
} from '../../bson/types.ts';
import { badValue, typeMismatch } from '../../errors.ts';
import { describeId, type Leaf } from '../leaf.ts';

function zeroLike(value: NumericValue): NumericValue {
  switch (bsonTypeOf(value)) {
    case BsonType.int:
      return new Int32(0);
    case BsonType.long:
      return Long.fromNumber(0);
    case BsonType.decimal:
      return Decimal128.fromString('0');
    default:
      return new Double(0);
  }
}

/** `$inc` and `$mul`, with MongoDB's promotion of number types; a 64-bit overflow is refused (BadValue 2). */
export function arithmetic(operator: '$inc' | '$mul', path: string, operand: Value): Leaf {
  const verb = operator === '$inc' ? 'increment' : 'multiply';
  if (!isNumeric(operand))
    throw typeMismatch(`Cannot ${verb} with non-numeric argument: {${path}: ${String(operand)}}`);
  const onMissing = operator === '$inc' ? operand : zeroLike(operand);
  return {
    operator,
    apply(current, context, at) {
      if (current === undefined) return onMissing;
      if (!isNumeric(current)) {
        throw typeMismatch(
          `Cannot apply ${operator} to a value of non-numeric type. ${describeId(context)} has the field '${at.at(-1)}' of non-numeric type ${typeName(current)}`,
        );
      }
      const result = combine(operator === '$inc' ? 'add' : 'multiply', current, operand);
      if (result === undefined) {
        throw badValue(
          `Failed to apply ${operator} operations to current value ((NumberLong)${String(current)}) for document ${describeId(context)}`,
        );
      }
      return identicalValues(result, current) ? current : result;
    },
  };
}

type BitOperation = (a: bigint, b: bigint) => bigint;

const bitOperations: ReadonlyMap<string, BitOperation> = new Map<string, BitOperation>([
  ['and', (a, b) => a & b],
  ['or', (a, b) => a | b],
  ['xor', (a, b) => a ^ b],
]);

const isIntegral = (value: Value): value is Int32 | Long =>
  [BsonType.int, BsonType.long].some((type) => type === bsonTypeOf(value));

const integerOf = (value: Int32 | Long): bigint => BigInt(exactValue(value) as number | bigint);

interface BitStep {
  readonly operation: BitOperation;
  readonly operand: Int32 | Long;
}

function parseBitSteps(path: string, value: Value): BitStep[] {
  if (!isDocument(value)) {
    throw badValue(
      `The $bit modifier is not compatible with a ${typeName(value)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  const steps = fieldsOf(value).map(([name, operand]): BitStep => {
    const operation = bitOperations.get(name);
    if (operation === undefined) {
      throw badValue(
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${name}: ${String(operand)}}`,
      );
    }
    if (!isIntegral(operand))
      throw badValue(
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(operand)}' is not supported here: {${name}: ${String(operand)}}`,
      );
    return { operation, operand };
  });
  if (steps.length === 0)
    throw badValue(
      `You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}} (${path})`,
    );
  return steps;
}

/** `$bit`: and, or, xor on 32-bit and 64-bit integers. */
export function bit(path: string, value: Value): Leaf {
  const steps = parseBitSteps(path, value);
  return {
    operator: '$bit',
    apply(current, context, at) {
      const start = current === undefined ? new Int32(0) : current;
      if (!isIntegral(start)) {
        throw badValue(
          `Cannot apply $bit to a value of non-integral type.${describeId(context)} has the field ${at.at(-1)} of non-integer type ${typeName(start)}`,
        );
      }
      const isLong = [start, ...steps.map((step) => step.operand)].some(
        (item) => bsonTypeOf(item) === BsonType.long,
      );
      const bits = steps.reduce(
        (value, step) => step.operation(value, integerOf(step.operand)),
        integerOf(start),
      );
      const result = isLong ? Long.fromBigInt(bits) : new Int32(Number(bits));
      return identicalValues(result, current) ? current : result;
    },
  };
}
