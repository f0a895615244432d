import type { VariableValues } from '../aggregate/scope.ts';
import type { SortPart } from '../bson/sort-compare.ts';
import type { FilterNode } from '../query/filter-node.ts';
import type { IndexOrder } from './index-order.ts';
import type { IndexScan } from './index-scan.ts';

/** A query on one collection. */
export interface Query {
  readonly filter: FilterNode;
  readonly sort: readonly SortPart[];
  /** An index by name or key pattern, or `$natural`. */
  readonly hint: Hint | undefined;
  /** How many documents are read, if not all: those that are skipped, and those that are returned. */
  readonly wanted?: number | undefined;
  /** The variables of `let`, for `$expr` in the filter. */
  readonly variables?: VariableValues | undefined;
}

export type Hint = { readonly index: string } | { readonly natural: 1 | -1 };

/** How the candidates are reached. Every access returns all documents that match, and may return more. */
export type Access =
  | { readonly kind: 'eof' }
  | { readonly kind: 'collection'; readonly isReverse: boolean }
  | IndexAccess
  | { readonly kind: 'union'; readonly branches: readonly Access[] }
  | OrderedUnion;

/** Several scans whose fixed fields are followed by the fields of the order, so that they can be merged. */
export interface OrderedUnion {
  readonly kind: 'orderedUnion';
  readonly branches: readonly IndexAccess[];
  readonly isReverse: boolean;
}

export interface IndexAccess {
  readonly kind: 'index';
  readonly scan: IndexScan;
  readonly order: IndexOrder;
}

/** The indexes that an access reads, by their numbers. */
export function indexesOf(access: Access): number[] {
  if (access.kind === 'index') return [access.scan.index.id];
  return 'branches' in access ? access.branches.flatMap(indexesOf) : [];
}

/** Whether an access reads several ranges side by side, and holds an entry of each. */
export const isMerge = (access: Access): boolean =>
  access.kind === 'orderedUnion' || (access.kind === 'index' && access.order.mergedFields > 0);

/** How a query is answered. */
export interface Plan {
  readonly access: Access;
  /** The part of the filter that candidates must be tested against; undefined if they all match. */
  readonly residual: FilterNode | undefined;
  /** Whether the candidates come in an order other than the requested one. */
  readonly needsSort: boolean;
}
