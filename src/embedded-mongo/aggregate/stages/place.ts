import { copyOf, getField, setField } from '../../bson/fields.ts';
import { type Document, isDocument, type Value } from '../../bson/types.ts';

/**
 * The document with this value at a path, removed if it is undefined. What stands in the way and is no document, an
 * array too, is replaced by one: so do `$lookup` and `$unwind`, other than `$addFields`.
 */
export function withPath(
  document: Document,
  components: readonly string[],
  value: Value | undefined,
): Document {
  const [name = '', ...rest] = components;
  const copy = copyOf(document);
  const current = getField(document, name);
  const next = rest.length === 0 ? value : withPath(isDocument(current) ? current : {}, rest, value);
  if (next === undefined) delete copy[name];
  else setField(copy, name, next);
  return copy;
}
