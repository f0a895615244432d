import type { FilterNode, Predicate } from '../query/filter-node.ts';

export type PathNode = Extract<FilterNode, { kind: 'path' }>;

/** A predicate that every matching document satisfies. */
export interface Conjunct {
  readonly path: string;
  readonly predicate: Predicate;
  /** The part of the filter that this predicate satisfies, if it is the whole part. */
  readonly node: FilterNode | undefined;
  /** The `$elemMatch` that contains it: the predicates of one group concern one element of the array at its path. */
  readonly group: PathNode | undefined;
}

/** A filter as a conjunction. */
export interface Conjunction {
  readonly conjuncts: readonly Conjunct[];
  readonly ors: readonly Extract<FilterNode, { kind: 'or' | 'and' | 'nor' }>[];
  /** All parts: a plan whose bounds satisfy each of them needs no other test. */
  readonly parts: readonly FilterNode[];
}

function flatten(node: FilterNode): FilterNode[] {
  if (node.kind === 'and') return node.children.flatMap(flatten);
  return node.kind === 'always' ? [] : [node];
}

/**
 * The predicates on one element. A number at the beginning of a path names a field of the element or, if the element
 * is an array, one of its elements; but after the array's own path it would name the element itself. Such a predicate
 * says nothing.
 */
function fromElement(element: PathNode, filter: FilterNode): Conjunct[] {
  return flatten(filter).flatMap((part) => {
    if (part.kind !== 'path' || /^\d/.test(part.path)) return [];
    const path = `${element.path}.${part.path}`;
    const own: Conjunct = { path, predicate: part.predicate, node: undefined, group: element };
    if (part.predicate.op !== '$elemMatch') return [own];
    return [own, ...fromElement({ ...part, path }, part.predicate.filter)];
  });
}

/** Splits a filter into predicates that must all be satisfied. */
export function conjunctionOf(filter: FilterNode): Conjunction {
  const parts = flatten(filter);
  const conjuncts = parts.flatMap((part): Conjunct[] => {
    if (part.kind !== 'path') return [];
    const own: Conjunct = { path: part.path, predicate: part.predicate, node: part, group: undefined };
    if (part.predicate.op !== '$elemMatch') return [own];
    return [own, ...fromElement(part, part.predicate.filter)];
  });
  const ors = parts.flatMap((part) => (part.kind === 'or' ? [part] : []));
  return { conjuncts, ors, parts };
}
