import { splitPath } from '../bson/fields.ts';
import type { Value } from '../bson/types.ts';

/** A parsed filter, which the planner reads and the matcher runs. */
export type FilterNode =
  | { kind: 'and' | 'or' | 'nor'; children: FilterNode[] }
  | { kind: 'path'; path: string; predicate: Predicate }
  | { kind: 'expr'; expression: Value }
  | { kind: 'always' }
  | { kind: 'never' };

/**
 * A predicate on the values that a path reaches. The `values` of `$in`, `$nin` and `$all` may include regular
 * expressions.
 */
export type Predicate =
  | { op: '$eq' | '$gt' | '$gte' | '$lt' | '$lte' | '$ne'; value: Value }
  | { op: '$in' | '$nin' | '$all'; values: Value[] }
  | { op: '$exists'; value: boolean }
  | { op: '$regex'; pattern: string; options: string }
  | { op: '$elemMatch'; filter: FilterNode }
  | { op: '$elemMatchValue'; predicates: Predicate[] }
  | { op: '$allElemMatch'; predicates: Predicate[] }
  | { op: '$not'; predicates: Predicate[] }
  | { op: '$size'; size: number }
  | { op: '$type'; types: number[] }
  | { op: '$mod'; divisor: bigint; remainder: bigint }
  | { op: '$bits'; test: BitTest; mask: bigint };

export type BitTest = '$bitsAllSet' | '$bitsAnySet' | '$bitsAllClear' | '$bitsAnyClear';

/** The paths, each by its components, that a filter reads; undefined if it may read any. */
export function pathsOfFilter(node: FilterNode): readonly (readonly string[])[] | undefined {
  const paths: string[][] = [];
  return collectPaths(node, paths) ? paths : undefined;
}

function collectPaths(node: FilterNode, paths: string[][]): boolean {
  if (node.kind === 'expr') return false;
  if (node.kind === 'path') paths.push(splitPath(node.path));
  return !('children' in node) || node.children.every((child) => collectPaths(child, paths));
}
