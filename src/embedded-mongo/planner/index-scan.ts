import type { Index, IndexField } from '../index/index-definition.ts';
import { fitKey, maxKeyLength } from '../index/index-keys.ts';
import type { FilterNode } from '../query/filter-node.ts';
import { indexPrefix, prefixEnd } from '../storage/layout.ts';
import type { KeyRange } from '../storage/store.ts';
import type { Conjunct, PathNode } from './conjuncts.ts';
import { implies } from './implication.ts';
import { fullInterval, type Interval, inDirection, intersect } from './intervals.ts';
import { type Bounds, predicateBounds } from './predicate-bounds.ts';

/**
 * Beyond this number of combinations, points are not enumerated; later fields are tested on the documents.
 */
const maxCombinations = 10_000;

/** What a filter says about one field of an index. */
export interface FieldBounds {
  readonly field: IndexField;
  readonly intervals: readonly Interval[];
  readonly isPoints: boolean;
}

/** A range of an index's entries, and the length of the part of its keys that is fixed by points, per field. */
export interface ScanRange extends KeyRange {
  readonly pointLengths: readonly number[];
}

/** Entries of an index that include all documents a filter matches. */
export interface IndexScan {
  readonly index: Index;
  readonly fields: readonly FieldBounds[];
  /** How many leading fields are fixed to points. */
  readonly pointFields: number;
  /** In the order of the keys. */
  readonly ranges: readonly ScanRange[];
  /** The parts of the filter that the ranges satisfy exactly. */
  readonly satisfied: ReadonlySet<FilterNode>;
}

const leadsTo = (array: string, path: string): boolean => path === array || path.startsWith(`${array}.`);

/** Whether a path or a prefix of it has arrays in documents of this index. */
export function isMultikeyPath(index: Index, path: string): boolean {
  for (const array of index.arrayPaths) if (leadsTo(array, path)) return true;
  return false;
}

/** The arrays whose elements contain both fields. */
function sharedArrays(index: Index, a: string, b: string): string[] {
  return [...index.arrayPaths].filter((array) => leadsTo(array, a) && leadsTo(array, b));
}

interface Choice {
  bounds: Bounds;
  used: readonly Conjunct[];
}

const isPoints = (intervals: readonly Interval[]): boolean => intervals.every((each) => each.isPoint);

/**
 * The smaller the better: points before ranges, few before many, conditions that a field exists before those that it
 * does not.
 */
function rank({ bounds }: Choice): number {
  return (isPoints(bounds.intervals) ? 0 : 1e6) + (bounds.isExact ? 0 : 1e5) + bounds.intervals.length;
}

const isPlain = (field: IndexField): boolean =>
  field.components.every((component) => !/^\d+$/.test(component));

/**
 * The bounds of one predicate. For the index, a number in a path names an element; for the filter, it also names a
 * field of the documents in the array, which is missing there. So a document that matches a missing field may have
 * any key.
 */
function boundsFor(field: IndexField, { predicate }: Conjunct): Bounds {
  const bounds = predicateBounds(predicate);
  if (isPlain(field) || !bounds.matchesMissing) return bounds;
  return { intervals: [fullInterval], isExact: false, matchesMissing: true };
}

/**
 * The bounds of one field. Several predicates on arrays may be satisfied by different elements, so only one counts.
 */
function boundsOfField(index: Index, field: IndexField, candidates: readonly Conjunct[]): Choice | undefined {
  if (candidates.length === 0) return undefined;
  const choices = candidates.map((each) => ({ bounds: boundsFor(field, each), used: [each] }));
  if (isMultikeyPath(index, field.path)) return choices.sort((a, b) => rank(a) - rank(b))[0];
  const [only] = choices;
  if (choices.length === 1 && only?.bounds.isExact) return only;
  let intervals: Interval[] = [fullInterval];
  for (const { bounds } of choices) intervals = intersect(intervals, bounds.intervals);
  return {
    bounds: {
      intervals,
      isExact: true,
      matchesMissing: choices.every((each) => each.bounds.matchesMissing),
    },
    used: choices.filter((each) => each.bounds.isExact).flatMap((each) => each.used),
  };
}

interface Building {
  fields: FieldBounds[];
  pointFields: number;
  combinations: number;
  satisfied: Set<FilterNode>;
  groups: (PathNode | undefined)[];
  needsField: boolean;
}

/**
 * Whether a predicate may narrow the scan together with those on the preceding fields. In arrays that they share, it
 * must concern the same elements as they do: one `$elemMatch` identifies one element of its own array, and none of
 * the arrays inside that.
 */
function mayCombine(index: Index, building: Building, field: IndexField, { group }: Conjunct): boolean {
  return building.fields.every((earlier, i) =>
    sharedArrays(index, earlier.field.path, field.path).every(
      (array) => group !== undefined && building.groups[i] === group && leadsTo(array, group.path),
    ),
  );
}

/** Adds the bounds of the next field; false if the scan cannot be narrowed further. */
function addField(
  index: Index,
  building: Building,
  field: IndexField,
  conjuncts: readonly Conjunct[],
): boolean {
  const candidates = conjuncts.filter(
    (each) => each.path === field.path && mayCombine(index, building, field, each),
  );
  const choice = boundsOfField(index, field, candidates);
  if (!choice) return false;
  const { intervals, isExact } = choice.bounds;
  const arePoints = isPoints(intervals);
  const combinations = building.combinations * Math.max(1, intervals.length);
  if (combinations > maxCombinations && building.fields.length > 0) return false;
  building.combinations = combinations;
  building.fields.push({ field, intervals: inDirection(intervals, field.direction), isPoints: arePoints });
  building.groups.push(choice.used[0]?.group);
  if (!choice.bounds.matchesMissing) building.needsField = true;
  for (const { node } of choice.used) if (isExact && isPlain(field) && node) building.satisfied.add(node);
  if (arePoints) building.pointFields += 1;
  return arePoints;
}

/** Narrows a scan of the index as far as the conjuncts allow; undefined if the index is of no use at all. */
export function scanIndex(
  index: Index,
  conjuncts: readonly Conjunct[],
  isHinted = false,
): IndexScan | undefined {
  if (!index.isReady) return undefined;
  const building: Building = {
    fields: [],
    pointFields: 0,
    combinations: 1,
    satisfied: new Set(),
    groups: [],
    needsField: false,
  };
  for (const field of index.fields) if (!addField(index, building, field, conjuncts)) break;
  if (!isHinted) {
    if (index.partial && !implies(conjuncts, index.partial.node)) return undefined;
    if (index.sparse && !building.needsField) return undefined;
  }
  const { ranges, isCut } = rangesOf(index, building.fields);
  const satisfied = isCut ? new Set<FilterNode>() : building.satisfied;
  return { index, fields: building.fields, pointFields: building.pointFields, ranges, satisfied };
}

interface Prefix {
  key: Buffer;
  lengths: number[];
}

function combine(prefixes: readonly Prefix[], intervals: readonly Interval[]): Prefix[] {
  return prefixes.flatMap(({ key, lengths }) =>
    intervals.map((point) => {
      const longer = Buffer.concat([key, point.low]);
      return { key: longer, lengths: [...lengths, longer.length] };
    }),
  );
}

/** The byte ranges of the fields' bounds. `isCut` if keys are too long to be distinguished by them. */
function rangesOf(index: Index, fields: readonly FieldBounds[]): { ranges: ScanRange[]; isCut: boolean } {
  let prefixes: Prefix[] = [{ key: Buffer.alloc(0), lengths: [] }];
  let last: FieldBounds | undefined;
  for (const each of fields) {
    if (each.isPoints) prefixes = combine(prefixes, each.intervals);
    else last = each;
  }
  const table = indexPrefix(index.id);
  const isWhole = last === undefined && fields.length === index.fields.length;
  let isCut = false;
  const place = (low: Buffer, high: Buffer, lengths: readonly number[]): ScanRange => {
    if (low.length > maxKeyLength || high.length > maxKeyLength) isCut = true;
    const start = Buffer.concat([table, low.subarray(0, maxKeyLength)]);
    const end =
      high.length > maxKeyLength
        ? prefixEnd(Buffer.concat([table, high.subarray(0, maxKeyLength)]))
        : Buffer.concat([table, high]);
    return { start, end, pointLengths: lengths.map((length) => length + table.length) };
  };
  const ranges = prefixes.flatMap(({ key, lengths }) => {
    if (isWhole) {
      const start = Buffer.concat([table, fitKey(key)]);
      return [{ start, end: prefixEnd(start), pointLengths: lengths.map((length) => length + table.length) }];
    }
    const intervals = last?.intervals ?? [fullInterval];
    return intervals.map((each) =>
      place(Buffer.concat([key, each.low]), Buffer.concat([key, each.high]), lengths),
    );
  });
  return { ranges, isCut };
}
