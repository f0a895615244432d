import { Long } from 'bson';
import { getField, splitPath } from '../../bson/fields.ts';
import { isNullish } from '../../bson/truth.ts';
import { type Document, isDocument, type Value } from '../../bson/types.ts';
import type { StageParser } from '../stage.ts';
import { parseUnwind } from './parse-unwind.ts';
import { withPath } from './place.ts';

/** The value of a path through documents only: `$unwind` does not enter arrays on the way. */
function plainPath(document: Document, components: readonly string[]): Value | undefined {
  let value: Value | undefined = document;
  for (const component of components) value = isDocument(value) ? getField(value, component) : undefined;
  return value;
}

/**
 * `$unwind`: one document per element; null, missing and empty arrays produce none, unless they are to be preserved.
 */
export const unwind: StageParser = (specification) => {
  const { path, keepsEmpty, indexField } = parseUnwind(specification);
  const components = splitPath(path);
  const indexPath = indexField === undefined ? undefined : splitPath(indexField);
  const numbered = (document: Document, index: number | null): Document =>
    indexPath === undefined
      ? document
      : withPath(document, indexPath, index === null ? null : Long.fromNumber(index));
  return async function* (input) {
    for await (const document of input) {
      const value = plainPath(document, components);
      if (Array.isArray(value) && value.length > 0) {
        for (const [i, element] of value.entries())
          yield numbered(withPath(document, components, element), i);
      } else if (Array.isArray(value)) {
        if (keepsEmpty) yield numbered(withPath(document, components, undefined), null);
      } else if (keepsEmpty || !isNullish(value)) {
        yield numbered(document, null);
      }
    }
  };
};
