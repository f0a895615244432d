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
  /** The variables of `let`, for `$expr` in the filter. */
  readonly variables?: VariableValues | undefined;
}

export type Hint = { readonly index: string } | { readonly natural: 1 | -1 };

/** How the candidates are reached. Every access returns all documents that match, and may return more. */
export type Access =
  | { readonly kind: 'eof' }
  | { readonly kind: 'collection'; readonly isReverse: boolean }
  | { readonly kind: 'index'; readonly scan: IndexScan; readonly order: IndexOrder }
  | { readonly kind: 'union'; readonly branches: readonly Access[] };

/** The indexes that an access reads, by their numbers. */
export function indexesOf(access: Access): number[] {
  if (access.kind === 'index') return [access.scan.index.id];
  return access.kind === 'union' ? access.branches.flatMap(indexesOf) : [];
}

/** How a query is answered. */
export interface Plan {
  readonly access: Access;
  /** Whether candidates must be tested against the filter. */
  readonly needsFilter: boolean;
  /** Whether the candidates come in an order other than the requested one. */
  readonly needsSort: boolean;
}
