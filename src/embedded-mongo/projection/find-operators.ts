import { checkFieldPath } from '../aggregate/expression.ts';
import { copyOf, fieldsOf, getField, setField, splitPath } from '../bson/fields.ts';
import { truncate } from '../bson/numeric.ts';
import { isTruthy } from '../bson/truth.ts';
import { type Document, isDocument, isNumeric, type NumericValue, type Value } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import { compileElementTest } from '../query/element-test.ts';
import { compileNode } from '../query/matcher.ts';
import { parseValuePredicates } from '../query/parse-filter.ts';
import type { Finish, Item } from './parse-projection.ts';
import type { Compute } from './projection-node.ts';

function badSlice(reason: string): MongoError {
  return new MongoError(
    28667,
    `Invalid $slice syntax. The given syntax did not match the find() syntax because :: ${reason}`,
  );
}

type Slice = (array: readonly Value[]) => Value[];

const wholeNumber = (value: NumericValue): number => Number(truncate(value) ?? 0n);

function sliceOf(argument: Value): Slice | undefined {
  if (isNumeric(argument)) {
    const count = wholeNumber(argument);
    return (array) => (count < 0 ? array.slice(count) : array.slice(0, count));
  }
  if (!Array.isArray(argument)) throw badSlice('$slice only supports numbers and [skip, limit] arrays');
  const [skip, limit] = argument;
  if (!isNumeric(skip)) return undefined;
  if (argument.length !== 2 || !isNumeric(limit)) throw badSlice('$slice takes a skip and a limit');
  const [from, count] = [wholeNumber(skip), wholeNumber(limit)];
  if (count <= 0) throw new MongoError(28724, `$slice limit must be positive: ${count}`);
  return (array) => {
    const start = from < 0 ? Math.max(array.length + from, 0) : from;
    return array.slice(start, start + count);
  };
}

/**
 * The document with the value at a path changed; documents in arrays on the way are entered, nested arrays are not.
 */
function changeAt(
  document: Document,
  components: readonly string[],
  change: (value: Value) => Value,
): Document {
  const [name = '', ...rest] = components;
  const value = getField(document, name);
  if (value === undefined) return document;
  const changed = copyOf(document);
  const enter = (item: Value): Value => (isDocument(item) ? changeAt(item, rest, change) : item);
  if (rest.length === 0) setField(changed, name, change(value));
  else setField(changed, name, Array.isArray(value) ? value.map(enter) : enter(value));
  return changed;
}

function sliceItem(path: string, slice: Slice): Item {
  const components = checkFieldPath(path);
  const finish: Finish = (document) =>
    changeAt(document, components, (value) => (Array.isArray(value) ? slice(value) : value));
  return { path, components, field: { kind: 'kept' }, isWeak: true, finish };
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

const failure = (code: number, reason: string): MongoError =>
  new MongoError(
    code,
    `Executor error during find command :: caused by :: positional operator '.$' ${reason}`,
  );

/** The document with only this element of the first array on the path. */
function onlyElement(document: Document, components: readonly string[], index: number | undefined): Document {
  const [name = '', ...rest] = components;
  const value = getField(document, name);
  let only: Value | undefined;
  if (Array.isArray(value)) {
    if (index === undefined) throw failure(51246, "couldn't find a matching element in the array");
    if (index >= value.length) throw failure(51247, 'element mismatch');
    only = value.slice(index, index + 1);
  } else if (rest.length > 0 && isDocument(value)) {
    only = onlyElement(value, rest, index);
  }
  if (only === undefined) return document;
  const changed = copyOf(document);
  setField(changed, name, only);
  return changed;
}

function positionalItem(path: string, value: Value): Item {
  if (!isNumeric(value) && typeof value !== 'boolean') {
    throw new MongoError(31271, 'positional projection cannot be used with an expression or sub object');
  }
  if (!isTruthy(value)) throw new MongoError(31395, 'positional projection cannot be used with exclusion');
  const base = path.slice(0, -'.$'.length);
  const components = checkFieldPath(base);
  const finish: Finish = (document, { matchedIndex }) => onlyElement(document, components, matchedIndex);
  return { path: base, components, field: { kind: 'include' }, isWeak: false, finish };
}

/** Whether a path ends with the positional operator. Throws 31394 if that is in the middle. */
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

/** Reads `$slice`, `$elemMatch` and the positional operator, which have a special meaning in `find`. */
export function readFindOperator(path: string, value: Value): Item | undefined {
  if (isPositionalPath(path)) return positionalItem(path, value);
  if (!isDocument(value)) return undefined;
  const fields = fieldsOf(value);
  const [first] = fields;
  if (first === undefined || fields.length !== 1) return undefined;
  if (first[0] === '$elemMatch') return elemMatchItem(path, first[1]);
  if (first[0] !== '$slice') return undefined;
  const slice = sliceOf(first[1]);
  return slice && sliceItem(path, slice);
}
