import { compareValues } from '../../bson/compare.ts';
import { isNullish, isTruthy } from '../../bson/truth.ts';
import { typeName, type Value } from '../../bson/types.ts';
import { valueKey } from '../../bson/value-key.ts';
import { MongoError } from '../../errors.ts';
import { binary, operator, unary } from '../arguments.ts';
import type { OperatorCompiler } from '../scope.ts';

type ValueSet = ReadonlyMap<string, Value>;

function setOf(value: Value | undefined, code: number, name: string): ValueSet {
  if (!Array.isArray(value)) {
    throw new MongoError(
      code,
      `All operands of ${name} must be arrays. One argument is of type: ${typeName(value)}`,
    );
  }
  return new Map(value.map((item) => [valueKey(item), item] as const).reverse());
}

/** The members in BSON's order: MongoDB guarantees none, and this one is always the same. */
const membersOf = (set: ValueSet): Value[] => [...set.values()].sort(compareValues);

function setUnion(values: readonly (Value | undefined)[], name: string): Value {
  if (values.some(isNullish)) return null;
  return membersOf(new Map(values.toReversed().flatMap((value) => [...setOf(value, 17043, name)])));
}

function setIntersection(values: readonly (Value | undefined)[], name: string): Value {
  if (values.some(isNullish)) return null;
  const [first, ...others] = values.map((value) => setOf(value, 17047, name));
  if (first === undefined) return [];
  return membersOf(new Map([...first].filter(([key]) => others.every((other) => other.has(key)))));
}

function setDifference(a: Value | undefined, b: Value | undefined): Value {
  if (isNullish(a) || isNullish(b)) return null;
  const excluded = setOf(b, 17049, '$setDifference');
  const seen = new Set<string>();
  if (!Array.isArray(a))
    throw new MongoError(
      17048,
      `both operands of $setDifference must be arrays. First argument is of type: ${typeName(a)}`,
    );
  return a.filter((item) => {
    const key = valueKey(item);
    if (excluded.has(key) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function setEquals(values: readonly (Value | undefined)[], name: string): Value {
  const [first, ...others] = values.map((value) => setOf(value, 17044, name));
  if (first === undefined) return true;
  return others.every(
    (other) => other.size === first.size && [...other.keys()].every((key) => first.has(key)),
  );
}

function setIsSubset(a: Value | undefined, b: Value | undefined): Value {
  const whole = setOf(b, 17042, '$setIsSubset');
  return [...setOf(a, 17046, '$setIsSubset').keys()].every((key) => whole.has(key));
}

function elements(value: Value | undefined, code: number, name: string): readonly Value[] {
  if (Array.isArray(value)) return value;
  throw new MongoError(code, `${name}'s argument must be an array, but is ${typeName(value)}`);
}

/** Operators that treat arrays as sets. */
export const setOperators: readonly (readonly [string, OperatorCompiler])[] = [
  ['$setUnion', operator(0, Number.POSITIVE_INFINITY, setUnion)],
  ['$setIntersection', operator(0, Number.POSITIVE_INFINITY, setIntersection)],
  ['$setDifference', binary(setDifference)],
  ['$setEquals', operator(2, Number.POSITIVE_INFINITY, setEquals)],
  ['$setIsSubset', binary(setIsSubset)],
  ['$anyElementTrue', unary((value, name) => elements(value, 17041, name).some(isTruthy))],
  ['$allElementsTrue', unary((value, name) => elements(value, 17040, name).every(isTruthy))],
];
