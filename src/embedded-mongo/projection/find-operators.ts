import { checkFieldPath } from '../aggregate/expression.ts';
import { fieldsOf, getField, splitPath } from '../bson/fields.ts';
import { toInteger } from '../bson/numeric.ts';
import { isDocument, isNumeric, type Value } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { compileElementTest } from '../query/element-test.ts';
import { compileNode } from '../query/matcher.ts';
import { parseValuePredicates } from '../query/parse-filter.ts';
import { isTruthy } from '../query/parse-predicate.ts';
import type { Item } from './parse-projection.ts';
import type { Compute, Transform } from './projection-node.ts';

function badSlice(reason: string): MongoError {
  return new MongoError(
    28667,
    `Invalid $slice syntax. The given syntax did not match the find() syntax because :: ${reason}`,
  );
}

function sliceOf(argument: Value): Transform | undefined {
  if (isNumeric(argument)) {
    const count = Number(toInteger(argument) ?? 0n);
    return (value) =>
      Array.isArray(value) ? (count < 0 ? value.slice(count) : value.slice(0, count)) : value;
  }
  if (!Array.isArray(argument)) throw badSlice('$slice only supports numbers and [skip, limit] arrays');
  const [skip, limit] = argument;
  if (!isNumeric(skip)) return undefined;
  if (argument.length !== 2 || !isNumeric(limit)) throw badSlice('$slice takes a skip and a limit');
  const [from, count] = [Number(toInteger(skip) ?? 0n), Number(toInteger(limit) ?? 0n)];
  if (count <= 0) throw new MongoError(28724, `$slice limit must be positive: ${count}`);
  return (value) => {
    if (!Array.isArray(value)) return value;
    const start = from < 0 ? Math.max(value.length + from, 0) : from;
    return value.slice(start, start + count);
  };
}

function elemMatchItem(path: string, argument: Value): Item {
  if (path.includes('.'))
    throw new MongoError(
      31274,
      'Cannot use $elemMatch projection on a nested field (currently unsupported).',
    );
  if (!isDocument(argument)) throw new MongoError(31274, 'elemMatch: Invalid argument, object required.');
  const [predicate] = parseValuePredicates({ $elemMatch: argument });
  if (predicate === undefined) throw new MongoError(31274, 'elemMatch: Invalid argument, object required.');
  const test = compileElementTest(predicate, (node) => compileNode(node, new Map()));
  const compute: Compute = ({ root }) => {
    const array = getField(root, path);
    const position: { index: number | undefined } = { index: undefined };
    if (!Array.isArray(array) || !test(array, position) || position.index === undefined) return undefined;
    return array.slice(position.index, position.index + 1);
  };
  return { path, components: checkFieldPath(path), field: { kind: 'computed', compute }, isWeak: true };
}

function positionalItem(path: string, value: Value): Item {
  if (!isNumeric(value) && typeof value !== 'boolean') {
    throw new MongoError(31271, 'positional projection cannot be used with an expression or sub object');
  }
  if (!isTruthy(value)) throw new MongoError(31395, 'positional projection cannot be used with exclusion');
  const base = path.slice(0, -'.$'.length);
  const transform: Transform = (array, { matchedIndex }) => {
    if (!Array.isArray(array)) return array;
    if (matchedIndex === undefined) {
      throw new MongoError(
        51246,
        "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
      );
    }
    if (matchedIndex >= array.length) {
      throw new MongoError(
        51247,
        "Executor error during find command :: caused by :: positional operator '.$' element mismatch",
      );
    }
    return array.slice(matchedIndex, matchedIndex + 1);
  };
  return {
    path: base,
    components: checkFieldPath(base),
    field: { kind: 'transform', transform },
    isWeak: false,
  };
}

/** Whether a path ends with the positional operator. Throws 31394 where it stands in the middle. */
export function isPositionalPath(path: string): boolean {
  const components = splitPath(path);
  if (components.slice(0, -1).includes('$')) {
    throw new MongoError(
      31394,
      "As of 4.4, it's illegal to specify positional operator in the middle of a path. Positional projection may only be used at the end, for example: a.b.$.",
    );
  }
  return components.length > 1 && components.at(-1) === '$';
}

/** Reads `$slice`, `$elemMatch` and the positional operator, which mean something of their own in `find`. */
export function readFindOperator(path: string, value: Value): Item | undefined {
  if (isPositionalPath(path)) return positionalItem(path, value);
  if (!isDocument(value)) return undefined;
  const fields = fieldsOf(value);
  const [first] = fields;
  if (first === undefined || fields.length !== 1) return undefined;
  if (first[0] === '$elemMatch') return elemMatchItem(path, first[1]);
  if (first[0] !== '$slice') return undefined;
  const transform = sliceOf(first[1]);
  if (transform === undefined) return undefined;
  return { path, components: checkFieldPath(path), field: { kind: 'transform', transform }, isWeak: true };
}
