import { documentOf, fieldsOf, getField } from '../../bson/fields.ts';
import { isNullish } from '../../bson/truth.ts';
import { isDocument, typeName, type Value } from '../../bson/types.ts';
import { MongoError } from '../../errors.ts';
import { operator, unary } from '../arguments.ts';
import type { OperatorCompiler } from '../scope.ts';

function mergeObjects(values: readonly (Value | undefined)[]): Value {
  const merged = new Map<string, Value>();
  for (const value of values) {
    if (isNullish(value)) continue;
    if (!isDocument(value)) {
      throw new MongoError(
        40400,
        `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
      );
    }
    for (const [name, item] of fieldsOf(value)) merged.set(name, item);
  }
  return documentOf(merged);
}

function objectToArray(value: Value | undefined): Value {
  if (isNullish(value)) return null;
  if (!isDocument(value)) {
    throw new MongoError(40390, `$objectToArray requires a document input, found: ${typeName(value)}`);
  }
  return fieldsOf(value).map(([k, v]) => ({ k, v }));
}

function pairOf(item: Value): [string, Value] {
  if (Array.isArray(item)) {
    const [name, value] = item;
    if (item.length !== 2 || typeof name !== 'string' || value === undefined) {
      throw new MongoError(
        40397,
        '$arrayToObject requires an array of size 2 arrays whose first element is a string',
      );
    }
    return [name, value];
  }
  if (!isDocument(item))
    throw new MongoError(40391, `Unrecognised input type format for $arrayToObject: ${typeName(item)}`);
  const name = getField(item, 'k');
  const value = getField(item, 'v');
  if (typeof name !== 'string' || value === undefined || fieldsOf(item).length !== 2) {
    throw new MongoError(40392, "$arrayToObject requires an object keys of 'k' and 'v'.");
  }
  return [name, value];
}

function arrayToObject(value: Value | undefined): Value {
  if (isNullish(value)) return null;
  if (!Array.isArray(value)) {
    throw new MongoError(40386, `$arrayToObject requires an array input, found: ${typeName(value)}`);
  }
  return documentOf(new Map(value.map(pairOf)));
}

const getFieldOperator: OperatorCompiler = (argument, compiler) => {
  const short = !isDocument(argument) || getField(argument, 'field') === undefined;
  const field = short ? argument : (getField(argument, 'field') ?? null);
  const named = isDocument(field) ? getField(field, '$literal') : field;
  if (typeof named !== 'string' || (named.startsWith('$') && field === named)) {
    throw new MongoError(5654602, "$getField requires 'field' to evaluate to a constant string");
  }
  const input = compiler.compile(
    short || !isDocument(argument) ? '$$CURRENT' : (getField(argument, 'input') ?? '$$CURRENT'),
  );
  return (scope) => {
    const value = input(scope);
    if (isDocument(value)) return getField(value, named);
    return value === null ? null : undefined;
  };
};

/** Operators on documents. */
export const objectOperators: readonly (readonly [string, OperatorCompiler])[] = [
  ['$mergeObjects', operator(0, Number.POSITIVE_INFINITY, mergeObjects)],
  ['$objectToArray', unary(objectToArray)],
  ['$arrayToObject', unary(arrayToObject)],
  ['$getField', getFieldOperator],
];
