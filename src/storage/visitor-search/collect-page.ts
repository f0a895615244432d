import { pageLimit } from '../../domain/paging.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { VisitorPageRequest, VisitorSort } from '../../domain/visitors/visitor-search.ts';

/** Counts the visitors that match and collects one page of them, dropping those that cannot be on it as it goes. */
export async function collectPage(
  visitors: AsyncIterable<Visitor>,
  matches: (visitor: Visitor) => boolean,
  { offset, count, sort }: VisitorPageRequest,
): Promise<{ total: number; visitors: Visitor[] }> {
  const end = offset + pageLimit(count);
  const compare = visitorOrder(sort);
  let total = 0;
  let kept: Visitor[] = [];
  for await (const visitor of visitors) {
    if (!matches(visitor)) continue;
    total += 1;
    kept.push(visitor);
    if (kept.length > 2 * end + spare) kept = kept.sort(compare).slice(0, end);
  }
  return { total, visitors: kept.sort(compare).slice(offset, end) };
}

/** Sorting somewhat more at a time is cheaper than sorting often. */
const spare = 1_000;

/** Compares visitors as MongoDB sorts them, and by `_id` if they are equal. */
function visitorOrder({ field, direction }: VisitorSort): (a: Visitor, b: Visitor) => number {
  const path = field.split('.');
  const keys = new WeakMap<Visitor, unknown>();
  const keyOf = (visitor: Visitor): unknown => {
    if (!keys.has(visitor)) keys.set(visitor, sortKey(visitor, path, direction));
    return keys.get(visitor);
  };
  return (a, b) => direction * (compareValues(keyOf(a), keyOf(b)) || compareValues(a._id, b._id));
}

/** Among several values in arrays the smallest counts or, in a descending order, the greatest. */
function sortKey(visitor: Visitor, path: readonly string[], direction: 1 | -1): unknown {
  const values = path.reduce<unknown[]>(
    (found, name) => found.flatMap((value) => spread(member(value, name))),
    [visitor],
  );
  const [first, ...rest] = values;
  return rest.reduce((best, value) => (direction * compareValues(value, best) < 0 ? value : best), first);
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
const spread = (value: unknown): unknown[] => (Array.isArray(value) && value.length > 0 ? value : [value]);

/** MongoDB's order of the types that these fields may have: nothing, numbers, strings, objects, dates. */
const rankOf = (value: unknown): number => {
  if (value === undefined || value === null) return 0;
  if (value instanceof Date) return 4;
  return { number: 1, string: 2 }[typeof value as string] ?? 3;
};

function compareValues(a: unknown, b: unknown): number {
  const rank = rankOf(a);
  if (rank !== rankOf(b)) return rank - rankOf(b);
  if (rank === 0) return 0;
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
  if (rank === 3) return compareMembers(a as object, b as object);
  return Number(a) - Number(b);
}

function compareMembers(a: object, b: object): number {
  const others = Object.entries(b);
  for (const [index, [name, value]] of Object.entries(a).entries()) {
    const other = others[index];
    if (other === undefined) return 1;
    const order = compareValues(name, other[0]) || compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return Object.keys(a).length - others.length;
}
