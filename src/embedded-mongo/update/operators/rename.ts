import { arrayIndex, getField, splitPath } from '../../bson/fields.ts';
import { isDocument, type Value } from '../../bson/types.ts';
import { badValue, ErrorCode, MongoError } from '../../errors.ts';
import { describeId, type Leaf, type LeafContext } from '../leaf.ts';

interface Found {
  /** Undefined if there is nothing at the path. */
  readonly value: Value | undefined;
  /** The name of the array that the path passes through, if any. */
  readonly array: string | undefined;
  /** Whether nothing could be stored at the path: a scalar is in its way, or an array for which it has no number. */
  readonly isBlocked: boolean;
}

/** Whether a path cannot continue from this value with this component. */
function blocks(value: Value, component: string): boolean {
  return Array.isArray(value) ? arrayIndex(component) < 0 : !isDocument(value);
}

function step(value: Value, component: string): Value | undefined {
  if (Array.isArray(value)) return value[arrayIndex(component)];
  return isDocument(value) ? getField(value, component) : undefined;
}

function find(context: LeafContext, components: readonly string[]): Found {
  let value: Value | undefined = context.root;
  let array: string | undefined;
  for (const [i, component] of components.entries()) {
    if (value === undefined) break;
    if (Array.isArray(value)) array ??= components[i - 1];
    if (blocks(value, component)) return { value: undefined, array, isBlocked: true };
    value = step(value, component);
  }
  return { value, array, isBlocked: false };
}

function refuseArray(side: string, path: string, array: string, context: LeafContext): never {
  throw badValue(
    `The ${side} field cannot be an array element, '${path}' in doc with ${describeId(context)} has an array field called '${array}'`,
  );
}

/** The two halves of a `$rename`: removing the source and setting the target. */
export interface Rename {
  readonly source: Leaf;
  readonly target: Leaf;
}

/**
 * `$rename`: moves a field, unless it is missing. Throws PathNotViable (28) if the source path cannot exist in the
 * document, and BadValue (2) if either path passes through an array.
 */
export function rename(from: string, to: string): Rename {
  const sourcePath = splitPath(from);
  const targetPath = splitPath(to);
  const isActive = (context: LeafContext): boolean => {
    const source = find(context, sourcePath);
    if (source.isBlocked) {
      throw new MongoError(ErrorCode.PathNotViable, `cannot use path '${from}' to traverse the document`);
    }
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
