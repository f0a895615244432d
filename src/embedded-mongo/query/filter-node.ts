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

/** The top-level fields of documents that a filter reads; undefined if it may read any. */
export function fieldsOfFilter(node: FilterNode): ReadonlySet<string> | undefined {
  const fields = new Set<string>();
  return collectFields(node, fields) ? fields : undefined;
}

function collectFields(node: FilterNode, fields: Set<string>): boolean {
  if (node.kind === 'expr') return false;
  if (node.kind === 'path') fields.add(topLevelField(node.path));
  return !('children' in node) || node.children.every((child) => collectFields(child, fields));
}

/** The field of a document that contains everything at a path. */
export const topLevelField = (path: string): string => path.split('.', 1)[0] ?? '';
