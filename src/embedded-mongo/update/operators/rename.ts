import { arrayIndex, getField, splitPath } from '../../bson/fields.ts';
import { isDocument, type Value } from '../../bson/types.ts';
import { badValue } from '../../errors.ts';
import { describeId, type Leaf, type LeafContext } from '../leaf.ts';

interface Found {
  readonly value: Value | undefined;
  /** The name of the array that the path goes through, if any. */
  readonly array: string | undefined;
}

function find(context: LeafContext, components: readonly string[]): Found {
  let value: Value | undefined = context.root;
  let array: string | undefined;
  for (const [i, component] of components.entries()) {
    if (Array.isArray(value)) {
      array ??= components[i - 1];
      value = value[arrayIndex(component)];
    } else {
      value = isDocument(value) ? getField(value, component) : undefined;
    }
  }
  return { value, array };
}

function refuseArray(side: string, path: string, array: string, context: LeafContext): never {
  throw badValue(
    `The ${side} field cannot be an array element, '${path}' in doc with ${describeId(context)} has an array field called '${array}'`,
  );
}

/** The two halves of a `$rename`: what removes the source and what sets the target. */
export interface Rename {
  readonly source: Leaf;
  readonly target: Leaf;
}

/** `$rename`: moves a field, unless it is missing. Neither path may go through an array (BadValue 2). */
export function rename(from: string, to: string): Rename {
  const sourcePath = splitPath(from);
  const targetPath = splitPath(to);
  const isActive = (context: LeafContext): boolean => {
    const source = find(context, sourcePath);
    if (source.value === undefined) return false;
    if (source.array !== undefined) refuseArray('source', from, source.array, context);
    const target = find(context, targetPath);
    if (target.array !== undefined) refuseArray('destination', to, target.array, context);
    return true;
  };
  return {
    source: { operator: '$rename', apply: () => undefined, isActive, toleratesNonViablePath: true },
    target: { operator: '$rename', apply: (_current, context) => find(context, sourcePath).value, isActive },
  };
}
