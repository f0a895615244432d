import { compareValues } from '../../bson/compare.ts';
import { documentOf, fieldsOf, getField } from '../../bson/fields.ts';
import { identicalValues } from '../../bson/identical.ts';
import { toInteger } from '../../bson/numeric.ts';
import { compileSort, type SortPart } from '../../bson/sort-compare.ts';
import { type Document, isDocument, isNumeric, typeName, type Value } from '../../bson/types.ts';
import { valueKey } from '../../bson/value-key.ts';
import { badValue, typeMismatch } from '../../errors.ts';
import { describeId, type Leaf, type LeafContext } from '../leaf.ts';

type Arrange = (array: Value[]) => Value[];

interface Push {
  readonly values: readonly Value[];
  readonly position: number | undefined;
  readonly slice: number | undefined;
  readonly sort: Arrange | undefined;
}

/** The current array; an absent one counts as empty and anything else is refused, in MongoDB's words. */
function arrayAt(
  current: Value | undefined,
  context: LeafContext,
  path: readonly string[],
): readonly Value[] {
  if (current === undefined) return [];
  if (Array.isArray(current)) return current;
  throw badValue(
    `The field '${path.join('.')}' must be an array but is of type ${typeName(current)} in document ${describeId(context)}`,
  );
}

function integerClause(name: string, value: Value | undefined): number | undefined {
  if (value === undefined) return undefined;
  const integer = isNumeric(value) ? toInteger(value) : undefined;
  if (integer === undefined)
    throw badValue(`The value for ${name} must be an integer value, not of type: ${typeName(value)}`);
  return Number(integer);
}

function directionOf(value: Value): 1 | -1 {
  const direction = isNumeric(value) ? toInteger(value) : undefined;
  if (direction === 1n) return 1;
  if (direction === -1n) return -1;
  throw badValue('The $sort element value must be either 1 or -1');
}

function sortClause(value: Value | undefined): Arrange | undefined {
  if (value === undefined) return undefined;
  if (isNumeric(value)) {
    const direction = directionOf(value);
    return (array) => array.sort((a, b) => compareValues(a, b) * direction);
  }
  if (!isDocument(value))
    throw badValue(
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    );
  const parts = fieldsOf(value).map(([path, direction]): SortPart => {
    if (path === '' || path.split('.').includes(''))
      throw badValue(`The $sort field is a dotted field but has an empty part: ${path}`);
    return { path, direction: directionOf(direction) };
  });
  if (parts.length === 0) throw badValue('The $sort pattern is empty when it should be a set of fields.');
  const sorter = compileSort(parts);
  const keyOf = (item: Value) => sorter.keyOf(isDocument(item) ? item : documentOf([]));
  return (array) =>
    array
      .map((item) => ({ item, key: keyOf(item) }))
      .sort((a, b) => sorter.compareKeys(a.key, b.key))
      .map(({ item }) => item);
}

const clauses = new Set(['$each', '$slice', '$sort', '$position']);

function parsePush(value: Value): Push {
  if (!isDocument(value) || getField(value, '$each') === undefined) {
    return { values: [value], position: undefined, slice: undefined, sort: undefined };
  }
  const unknown = fieldsOf(value).find(([name]) => !clauses.has(name));
  if (unknown) throw badValue(`Unrecognized clause in $push: ${unknown[0]}`);
  const each = getField(value, '$each');
  if (!Array.isArray(each)) {
    throw badValue(`The argument to $each in $push must be an array but it was of type: ${typeName(each)}`);
  }
  return {
    values: each,
    position: integerClause('$position', getField(value, '$position')),
    slice: integerClause('$slice', getField(value, '$slice')),
    sort: sortClause(getField(value, '$sort')),
  };
}

function sliced(array: Value[], slice: number | undefined): Value[] {
  if (slice === undefined) return array;
  if (slice === 0) return [];
  return slice > 0 ? array.slice(0, slice) : array.slice(slice);
}

/** `$push` with `$each`, `$position`, `$sort` and `$slice`, applied in this order. */
export function push(value: Value): Leaf {
  const { values, position, slice, sort } = parsePush(value);
  return {
    operator: '$push',
    apply(current, context, path) {
      const before = arrayAt(current, context, path);
      const at = position ?? before.length;
      const array = [...before.slice(0, at), ...values, ...before.slice(at)];
      const result = sliced(sort ? sort(array) : array, slice);
      return identicalValues(result, current) ? current : result;
    },
    appendsTo(array) {
      const isBehind = position === undefined || position > array.length;
      const isWhole = slice === undefined || array.length + values.length <= Math.abs(slice);
      return isBehind && isWhole && !sort && array.length > 0 ? values.length : undefined;
    },
  };
}

function parseAddToSet(value: Value): readonly Value[] {
  const fields: [string, Value][] = isDocument(value) ? fieldsOf(value as Document) : [];
  if (fields[0]?.[0] !== '$each') return [value];
  const each = fields[0][1];
  if (!Array.isArray(each)) {
    throw typeMismatch(
      `The argument to $each in $addToSet must be an array but it was of type ${typeName(each)}`,
    );
  }
  if (fields.length > 1)
    throw badValue(`Found unexpected fields after $each in $addToSet: ${fields[1]?.[0]}`);
  return each;
}

/** `$addToSet`: appends values that equal none of the elements. */
export function addToSet(value: Value): Leaf {
  const values = parseAddToSet(value);
  return {
    operator: '$addToSet',
    apply(current, context, path) {
      const array = arrayAt(current, context, path);
      const present = new Set(array.map((item) => valueKey(item)));
      const fresh = values.filter((item) => {
        const key = valueKey(item);
        if (present.has(key)) return false;
        present.add(key);
        return true;
      });
      return fresh.length === 0 && current !== undefined ? current : [...array, ...fresh];
    },
  };
}
