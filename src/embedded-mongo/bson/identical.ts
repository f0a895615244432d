import type { Double } from 'bson';
import { compareValues } from './compare.ts';
import { fieldsOf } from './fields.ts';
import { BsonType, bsonTypeOf, type Document, type Value } from './types.ts';

function identicalDocuments(a: Document, b: Document): boolean {
  const left = fieldsOf(a);
  const right = fieldsOf(b);
  return (
    left.length === right.length &&
    left.every(([name, value], i) => right[i]?.[0] === name && identicalValues(value, right[i]?.[1]))
  );
}

/** Whether two values have the same bytes in BSON: `1` and `1.0` are equal but not identical. */
export function identicalValues(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  const type = bsonTypeOf(a);
  if (type !== bsonTypeOf(b)) return false;
  switch (type) {
    case BsonType.object:
      return identicalDocuments(a as Document, b as Document);
    case BsonType.array: {
      const [left, right] = [a as Value[], b as Value[]];
      return left.length === right.length && left.every((item, i) => identicalValues(item, right[i]));
    }
    case BsonType.double:
      return Object.is((a as Double).value, (b as Double).value);
    case BsonType.decimal:
      return String(a) === String(b);
    default:
      return compareValues(a, b) === 0;
  }
}
