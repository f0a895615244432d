import { Int32 } from 'bson';
import { arrayIndex, documentOf } from '../bson/fields.ts';
import type { Document, Value } from '../bson/types.ts';
import type { Change, Difference, DocumentDifference } from './difference.ts';

type Component = string | number;

interface Description {
  readonly updatedFields: [string, Value][];
  readonly removedFields: string[];
  readonly truncatedArrays: Document[];
  readonly disambiguatedPaths: [string, Value][];
}

/** Whether a dotted path is ambiguous: a name contains a dot, or looks like an array position. */
const isAmbiguous = (path: readonly Component[]): boolean =>
  path.some((component, i) => {
    if (typeof component === 'number') return false;
    return component.includes('.') || (i > 0 && arrayIndex(component) >= 0);
  });

/** The dotted path; if it is ambiguous, its components are recorded as well. */
function named(path: readonly Component[], into: Description): string {
  const dotted = path.length === 1 ? String(path[0]) : path.join('.');
  if (isAmbiguous(path)) {
    const components = path.map((component) =>
      typeof component === 'number' ? new Int32(component) : component,
    );
    into.disambiguatedPaths.push([dotted, components]);
  }
  return dotted;
}

function describeChange(change: Change, path: readonly Component[], into: Description): void {
  if (change.kind === 'value') into.updatedFields.push([named(path, into), change.value]);
  else describeInto(change, path, into);
}

/** In MongoDB's order: values that are set, fields that are removed, then whatever is nested. */
function describeInto(difference: Difference, path: readonly Component[], into: Description): void {
  if (difference.kind === 'array') {
    const { newSize, elements } = difference;
    if (newSize !== undefined)
      into.truncatedArrays.push({ field: named(path, into), newSize: new Int32(newSize) });
    for (const [index, change] of elements) describeChange(change, [...path, index], into);
    return;
  }
  for (const fields of [difference.updated, difference.inserted]) {
    for (const [name, value] of fields) into.updatedFields.push([named([...path, name], into), value]);
  }
  for (const name of difference.removed) into.removedFields.push(named([...path, name], into));
  for (const [name, nested] of difference.nested) describeInto(nested, [...path, name], into);
}

/** What a change stream's event says about an update, and the components of ambiguous paths, if any. */
export function describeDifference(difference: DocumentDifference): Document {
  const description: Description = {
    updatedFields: [],
    removedFields: [],
    truncatedArrays: [],
    disambiguatedPaths: [],
  };
  describeInto(difference, [], description);
  const { updatedFields, removedFields, truncatedArrays, disambiguatedPaths } = description;
  const updateDescription = { updatedFields: documentOf(updatedFields), removedFields, truncatedArrays };
  return disambiguatedPaths.length === 0
    ? { updateDescription }
    : { updateDescription, disambiguatedPaths: documentOf(disambiguatedPaths) };
}
