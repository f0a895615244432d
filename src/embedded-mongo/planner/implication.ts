import { equalValues } from '../bson/compare.ts';
import { BsonType, type Value } from '../bson/types.ts';
import type { FilterNode, Predicate } from '../query/filter-node.ts';
import type { Conjunct } from './conjuncts.ts';
import { complement, intersect } from './intervals.ts';
import { predicateBounds } from './predicate-bounds.ts';

const wholeBrackets = new Set<number>([
  BsonType.object,
  BsonType.binData,
  BsonType.objectId,
  BsonType.bool,
  BsonType.date,
  BsonType.timestamp,
]);
const sharedBrackets: readonly (readonly number[])[] = [
  [BsonType.double, BsonType.int, BsonType.long, BsonType.decimal],
  [BsonType.string, BsonType.symbol],
];

/** Whether `$type` names all types that share a bracket in BSON's order. */
function coversBrackets(types: readonly number[]): boolean {
  const isCovered = (bracket: readonly number[]): boolean => bracket.every((type) => types.includes(type));
  const covered = new Set(sharedBrackets.filter(isCovered).flat());
  return types.every((type) => wholeBrackets.has(type) || covered.has(type));
}

function isInside(inner: Predicate, outer: Predicate): boolean {
  const a = predicateBounds(inner);
  const b = predicateBounds(outer);
  // The bounds of these two include a key of every array that matches, though not only of those.
  if (!a.isExact && inner.op !== '$regex' && inner.op !== '$type') return false;
  return intersect(a.intervals, complement(b.intervals)).length === 0;
}

const sameValues = (a: readonly Value[], b: readonly Value[]): boolean =>
  a.length === b.length && a.every((value, i) => equalValues(value, b[i]));

/** Whether two predicates are written in the same way. */
function isSame(a: Predicate, b: Predicate): boolean {
  if (a === b) return true;
  if (a.op !== b.op) return false;
  if ('values' in a && 'values' in b) return sameValues(a.values, b.values);
  if (a.op === '$exists' && b.op === '$exists') return a.value === b.value;
  if (a.op === '$type' && b.op === '$type') return a.types.join() === b.types.join();
  return 'value' in a && 'value' in b && equalValues(a.value, b.value);
}

function predicateImplies(known: Predicate, wanted: Predicate): boolean {
  if (isSame(known, wanted)) return true;
  switch (wanted.op) {
    case '$exists':
      return wanted.value && !predicateBounds(known).matchesMissing;
    case '$type':
      return coversBrackets(wanted.types) && isInside(known, wanted);
    case '$eq':
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
    case '$in':
      return predicateBounds(wanted).isExact && isInside(known, wanted);
    default:
      return false;
  }
}

/** Whether documents that satisfy the conjuncts certainly satisfy the filter of a partial index. */
export function implies(conjuncts: readonly Conjunct[], filter: FilterNode): boolean {
  switch (filter.kind) {
    case 'always':
      return true;
    case 'and':
      return filter.children.every((child) => implies(conjuncts, child));
    case 'or':
      return filter.children.some((child) => implies(conjuncts, child));
    case 'path':
      return conjuncts.some(
        (each) =>
          each.node !== undefined &&
          each.path === filter.path &&
          predicateImplies(each.predicate, filter.predicate),
      );
    default:
      return false;
  }
}
