import type { SortPart } from '../bson/sort-compare.ts';
import { maxMerged } from './index-order.ts';
import type { Access, IndexAccess, OrderedUnion, Plan } from './plan.ts';

/** The branches of an `$or` merged in the requested order; undefined if they do not all provide it in the same way. */
export function orderedUnion(branches: readonly Plan[], sort: readonly SortPart[]): OrderedUnion | undefined {
  const scans = branches.flatMap(({ access, needsSort }) => (needsSort ? [] : accessesIn(access)));
  const [first] = scans;
  if (!first || scans.length < branches.length || branches.some(({ needsSort }) => needsSort))
    return undefined;
  const { isReverse } = first.order;
  const areAlike = scans.every((each) => each.order.isReverse === isReverse && endsWith(each, sort, first));
  const ranges = scans.reduce((sum, { scan }) => sum + scan.ranges.length, 0);
  return areAlike && ranges <= maxMerged ? { kind: 'orderedUnion', branches: scans, isReverse } : undefined;
}

function accessesIn(access: Access): readonly IndexAccess[] {
  if (access.kind === 'orderedUnion') return access.branches;
  return access.kind === 'index' && access.scan.pointFields > 0 ? [access] : [];
}

/** Whether what follows the points in the keys begins with the order, and is the same as in another scan. */
function endsWith(access: IndexAccess, sort: readonly SortPart[], other: IndexAccess): boolean {
  const [fields, others] = [fieldsBehindPoints(access), fieldsBehindPoints(other)];
  return (
    fields.length === others.length &&
    sort.every(({ path }, i) => fields[i]?.path === path) &&
    fields.every(({ path, direction }, i) => others[i]?.path === path && others[i]?.direction === direction)
  );
}

const fieldsBehindPoints = ({ scan }: IndexAccess) => scan.index.fields.slice(scan.pointFields);
