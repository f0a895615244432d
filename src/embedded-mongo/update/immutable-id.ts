import { equalValues } from '../bson/compare.ts';
import { documentOf, fieldsOf, getField } from '../bson/fields.ts';
import { BsonType, bsonTypeOf, type Document, typeName, type Value } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';

/** Refuses (66) an update that changes `_id`. */
export function checkIdKept(before: Document, after: Document, operators: boolean): void {
  const id = getField(before, '_id');
  if (id === undefined || equalValues(id, getField(after, '_id'))) return;
  throw new MongoError(
    ErrorCode.ImmutableField,
    operators
      ? "Performing an update on the path '_id' would modify the immutable field '_id'"
      : `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${String(getField(after, '_id'))}`,
  );
}

/** Refuses (53) an `_id` of a type that MongoDB does not accept. */
export function checkIdType(id: Value): void {
  const type = bsonTypeOf(id);
  if (type !== BsonType.array && type !== BsonType.regex && type !== BsonType.undefined) return;
  throw new MongoError(ErrorCode.InvalidIdField, `The '_id' value cannot be of type ${typeName(id)}`);
}

/** The document with this `_id` first. */
export function withIdFirst(id: Value, document: Document): Document {
  return documentOf([['_id', id], ...fieldsOf(document).filter(([name]) => name !== '_id')]);
}
