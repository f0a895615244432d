import { BsonType, bsonTypeOf, type Document, type Value } from '../bson/types.ts';
import type { Index } from '../index/index-definition.ts';
import { fitKey } from '../index/index-keys.ts';
import { valueKey } from '../index/key-encoding.ts';
import type { Collection } from '../storage/catalog.ts';
import { decodeRecordId, documentKey, indexKey } from '../storage/layout.ts';
import type { Store } from '../storage/store.ts';

/** A value in a unique index of one field: at most one document has it. */
export interface Point {
  readonly index: Index;
  readonly value: Value;
}

/** The types whose values match only values that have the same key. */
const plainTypes = new Set<number>([
  BsonType.string,
  BsonType.objectId,
  BsonType.int,
  BsonType.long,
  BsonType.double,
  BsonType.date,
]);

/** Whether an index has one entry, and only one, for each plain value that a path has in any document. */
function identifies(index: Index, path: string): boolean {
  const [field, ...others] = index.fields;
  if (field?.path !== path || others.length > 0 || field.direction !== 1) return false;
  // In a filter, a number in a path may also name a field of the documents in an array; in an index it does not.
  const isPositional = field.components.some((component) => /^\d+$/.test(component));
  return index.unique && index.isReady && index.partial === undefined && !isPositional;
}

/** What a filter asks for if that is a single value of a unique index and nothing else. */
export function pointOf(collection: Collection, filter: Document): Point | undefined {
  const [path, ...others] = Object.keys(filter);
  if (path === undefined || others.length > 0) return undefined;
  const value = filter[path];
  if (value === undefined || !plainTypes.has(bsonTypeOf(value))) return undefined;
  const index = collection.indexes.find((each) => identifies(each, path));
  return index && { index, value };
}

/** The stored bytes of the document that has a value in a unique index, found with two reads. */
export function readPoint(store: Store, collection: Collection, { index, value }: Point): Buffer | undefined {
  const recordId = store.get(indexKey(index.id, fitKey(valueKey(value))));
  return recordId && store.get(documentKey(collection.id, decodeRecordId(recordId)));
}

/** The stored bytes of the document with this `_id`. */
export function readById(store: Store, collection: Collection, id: Value): Buffer | undefined {
  const [index] = collection.indexes;
  return index && readPoint(store, collection, { index, value: id });
}
