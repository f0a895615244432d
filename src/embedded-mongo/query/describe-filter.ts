import { Int32, Long } from 'bson';
import type { Document, Value } from '../bson/types.ts';
import type { FilterNode, Predicate } from './filter-node.ts';

/** The order in which MongoDB shows the parts of a conjunction, before their paths decide. */
const ranks = [
  '$elemMatch',
  '$size',
  '$eq',
  '$lte',
  '$lt',
  '$gt',
  '$gte',
  '$regex',
  '$mod',
  '$exists',
  '$in',
  '$not',
];

const rankOf = (shown: Document): number => {
  const [inner] = Object.values(shown);
  const [operator = ''] = Object.keys((inner as Document) ?? {});
  const rank = ranks.indexOf(operator);
  return rank < 0 ? ranks.length : rank;
};

const pathOf = (shown: Document): string => Object.keys(shown)[0] ?? '';

function compareShown(a: Document, b: Document): number {
  const byRank = rankOf(a) - rankOf(b);
  if (byRank !== 0) return byRank;
  return pathOf(a) < pathOf(b) ? -1 : Number(pathOf(a) > pathOf(b));
}

function bitPositions(mask: bigint): Int32[] {
  const positions: Int32[] = [];
  for (let position = 0; mask >> BigInt(position) > 0n; position += 1) {
    if (((mask >> BigInt(position)) & 1n) === 1n) positions.push(new Int32(position));
  }
  return positions;
}

/** The operators that several predicates on one value stand for. */
const describeAll = (predicates: readonly Predicate[]): Document =>
  Object.assign({}, ...predicates.map(describePredicate));

function describeList(predicate: Extract<Predicate, { op: '$in' | '$nin' | '$all' }>): Document {
  if (predicate.op === '$nin') return { $not: { $in: predicate.values } };
  return { [predicate.op]: predicate.values };
}

function describePredicate(predicate: Predicate): Document {
  switch (predicate.op) {
    case '$ne':
      return { $not: { $eq: predicate.value } };
    case '$in':
    case '$nin':
    case '$all':
      return describeList(predicate);
    case '$exists':
      return predicate.value ? { $exists: true } : { $not: { $exists: true } };
    case '$regex': {
      const { pattern, options } = predicate;
      return options === '' ? { $regex: pattern } : { $regex: pattern, $options: options };
    }
    case '$elemMatch':
      return { $elemMatch: describeFilter(predicate.filter) };
    case '$elemMatchValue':
      return { $elemMatch: describeAll(predicate.predicates) };
    case '$allElemMatch':
      return { $all: predicate.predicates.map(describePredicate) };
    case '$not':
      return { $not: describeAll(predicate.predicates) };
    case '$size':
      return { $size: new Int32(predicate.size) };
    case '$type':
      return { $type: predicate.types.map((type) => new Int32(type)) };
    case '$mod':
      return { $mod: [Long.fromBigInt(predicate.divisor), Long.fromBigInt(predicate.remainder)] };
    case '$bits':
      return { [predicate.test]: bitPositions(predicate.mask) };
    default:
      return { [predicate.op]: predicate.value };
  }
}

/**
 * A filter as `explain` shows it: with every operator written out, and the parts of a conjunction in MongoDB's order.
 */
export function describeFilter(node: FilterNode): Document {
  switch (node.kind) {
    case 'always':
      return {};
    case 'never':
      return { $alwaysFalse: new Int32(1) };
    case 'path':
      return { [node.path]: describePredicate(node.predicate) };
    case 'expr':
      return { $expr: node.expression };
    default: {
      const children: Value[] = node.children.map(describeFilter).sort(compareShown);
      return { [`$${node.kind}`]: children };
    }
  }
}
