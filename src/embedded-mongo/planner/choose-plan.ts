import { ErrorCode, MongoError } from '../errors.ts';
import type { Index } from '../index/index-definition.ts';
import type { FilterNode } from '../query/filter-node.ts';
import type { Collection } from '../storage/catalog.ts';
import type { Store } from '../storage/store.ts';
import { type Conjunction, conjunctionOf } from './conjuncts.ts';
import { implies } from './implication.ts';
import { type IndexOrder, indexOrder } from './index-order.ts';
import { type IndexScan, scanIndex } from './index-scan.ts';
import { isFull } from './intervals.ts';
import { orderedUnion } from './ordered-union.ts';
import type { Access, Plan, Query } from './plan.ts';

/** This many entries of each candidate are counted to find the shortest. */
const probeLimit = 100;
/** The most that are counted where much depends on it. */
const largestProbe = 10_000;
const probedRanges = 10;
const maxUnionDepth = 4;

interface Candidate {
  plan: Plan;
  /** The entries to read, up to the probe's limit. */
  cost: number;
  /** Among equals: fields fixed to points, then ranges. */
  score: number;
}

/**
 * A branch of an `$or`, with everything else that must be true. Other `$or`s are only tested: splitting one of them up
 * is a plan of its own, and trying all combinations would take exponential time.
 */
function branchOf(child: FilterNode, others: readonly FilterNode[]): Conjunction {
  const branch = conjunctionOf({ kind: 'and', children: [child, ...others] });
  return { ...branch, ors: branch.ors.filter((or) => !others.includes(or)) };
}

const joined = (parts: readonly FilterNode[]): FilterNode | undefined =>
  parts.length > 1 ? { kind: 'and', children: [...parts] } : parts[0];

const noOrder: IndexOrder = { isReverse: false, mergedFields: 0 };

function planOfScan(scan: IndexScan, parts: readonly FilterNode[], query: Query): Plan {
  const order = query.sort.length > 0 ? indexOrder(scan, query.sort) : noOrder;
  return {
    access: scan.ranges.length === 0 ? { kind: 'eof' } : { kind: 'index', scan, order: order ?? noOrder },
    residual: joined(parts.filter((part) => !scan.satisfied.has(part))),
    needsSort: order === undefined,
  };
}

const isNarrow = (scan: IndexScan): boolean => {
  const first = scan.fields[0];
  return first !== undefined && !isFull(first.intervals);
};

function scoreOf(scan: IndexScan): number {
  return scan.pointFields * 10 + (scan.fields.length - scan.pointFields) * 5 + (isNarrow(scan) ? 1 : -20);
}

/** Chooses how to answer queries on a collection. */
export class Planner {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The plan for a query. Throws BadValue (2) for a hint that names no index, and NoQueryExecutionPlans (291) if only
   * a collection scan would do and those are forbidden.
   */
  plan(collection: Collection, query: Query, options: { noTableScan: boolean }): Plan {
    const conjunction = conjunctionOf(query.filter);
    if (conjunction.parts.some((part) => part.kind === 'never')) return eof;
    if (query.hint) return this.#hinted(collection, query, conjunction, options);
    const byIndex = this.#best(collection, query, conjunction, 0);
    if (byIndex) return byIndex.plan;
    return this.#collectionScan(collection, query, conjunction, options);
  }

  #hinted(
    collection: Collection,
    query: Query,
    conjunction: Conjunction,
    options: { noTableScan: boolean },
  ): Plan {
    const { hint } = query;
    if (hint && 'natural' in hint) {
      return this.#collectionScan(collection, query, conjunction, options, hint.natural === -1);
    }
    const index = collection.indexes.find((each) => each.name === hint?.index && each.isReady);
    if (!index) throw badHint();
    if (index.partial && !implies(conjunction.conjuncts, index.partial.node)) {
      throw new MongoError(
        ErrorCode.NoQueryExecutionPlans,
        'error processing query: planner returned error :: caused by :: No query solutions',
      );
    }
    const scan = scanIndex(index, conjunction.conjuncts, true);
    if (!scan) throw badHint();
    return planOfScan(scan, conjunction.parts, query);
  }

  #collectionScan(
    collection: Collection,
    query: Query,
    conjunction: Conjunction,
    options: { noTableScan: boolean },
    isReverse = false,
  ): Plan {
    if (options.noTableScan && conjunction.parts.length > 0 && !isInternal(collection)) {
      throw new MongoError(
        ErrorCode.NoQueryExecutionPlans,
        `error processing query: ns=${collection.ns} planner returned error :: caused by :: No indexed plans available, and running with 'notablescan'`,
      );
    }
    return {
      access: { kind: 'collection', isReverse },
      residual: joined(conjunction.parts),
      needsSort: query.sort.length > 0,
    };
  }

  #best(
    collection: Collection,
    query: Query,
    conjunction: Conjunction,
    depth: number,
  ): Candidate | undefined {
    const candidates: Candidate[] = [];
    const paths = new Set(conjunction.conjuncts.map(({ path }) => path));
    const sortPath = query.sort[0]?.path;
    for (const index of collection.indexes) {
      // An index serves neither the filter nor the order unless they concern its first field.
      const firstPath = index.fields[0]?.path ?? '';
      if (!paths.has(firstPath) && firstPath !== sortPath) continue;
      const scan = scanIndex(index, conjunction.conjuncts);
      if (!scan) continue;
      const plan = planOfScan(scan, conjunction.parts, query);
      if (scan.fields.length === 0 && (query.sort.length === 0 || plan.needsSort)) continue;
      const candidate = { plan, cost: 0, score: scoreOf(scan) };
      if (isSingleEntry(index, scan)) return candidate;
      candidates.push(candidate);
    }
    if (depth < maxUnionDepth) candidates.push(...this.#unions(collection, query, conjunction, depth));
    if (candidates.length < 2) return candidates[0];
    // The most promising come first, so that the others are counted only until they turn out to be longer.
    candidates.sort((a, b) => b.score - a.score);
    let shortest = probeLimit;
    for (const each of candidates) {
      each.cost = this.#probe(each.plan.access, shortest + 1);
      shortest = Math.min(shortest, each.cost);
    }
    const best = candidates.sort(compareCandidates)[0];
    return best && this.#sortingInstead(best, candidates, query.wanted, collection.count);
  }

  /**
   * If many documents match, it is faster to read in order and test each until enough are found; if few do, to read all
   * matches and sort them. With a limit, both cost the same if the number of matches is the geometric mean of the number
   * wanted and the number of all documents.
   */
  #sortingInstead(
    best: Candidate,
    candidates: Candidate[],
    wanted: number | undefined,
    all: number,
  ): Candidate {
    if (wanted === undefined || best.plan.needsSort || !best.plan.residual) return best;
    const few = Math.min(largestProbe, Math.sqrt(wanted * all));
    if (few <= probeLimit || this.#probe(best.plan.access, few) < few) return best;
    const sorting = candidates.filter(({ plan }) => plan.needsSort);
    let [shortest, sorted] = [few, best];
    for (const each of sorting) {
      const cost = this.#probe(each.plan.access, shortest);
      if (cost < shortest) [shortest, sorted] = [cost, each];
    }
    return sorted;
  }

  #unions(collection: Collection, query: Query, conjunction: Conjunction, depth: number): Candidate[] {
    return conjunction.ors.flatMap((or) => {
      const others = conjunction.parts.filter((part) => part !== or);
      const conjunctions = or.children.map((child) => branchOf(child, others));
      const plansOf = (branchQuery: Query): Plan[] =>
        conjunctions.flatMap((each) => this.#best(collection, branchQuery, each, depth + 1)?.plan ?? []);
      const inOrder = query.sort.length > 0 ? plansOf(query) : [];
      const ordered = inOrder.length === conjunctions.length && orderedUnion(inOrder, query.sort);
      const branches = ordered ? inOrder : plansOf({ ...query, sort: [] });
      if (branches.length < conjunctions.length) return [];
      const plan: Plan = {
        access: ordered || { kind: 'union', branches: branches.map((branch) => branch.access) },
        residual: branches.some((branch) => branch.residual) ? joined(conjunction.parts) : undefined,
        needsSort: query.sort.length > 0 && !ordered,
      };
      return [{ plan, cost: 0, score: 5 }];
    });
  }

  /** How many entries an access reads, counted up to a limit. */
  #probe(access: Access, limit: number): number {
    if ('branches' in access) {
      return access.branches.reduce<number>((sum, branch) => sum + this.#probe(branch, limit), 0);
    }
    if (access.kind !== 'index') return 0;
    let count = 0;
    for (const range of access.scan.ranges.slice(0, probedRanges)) {
      count += this.#store.count(range, Math.ceil(limit - count)).count;
      if (count >= limit) return count;
    }
    return access.scan.ranges.length > probedRanges ? Math.max(count, access.scan.ranges.length) : count;
  }
}

const eof: Plan = { access: { kind: 'eof' }, residual: undefined, needsSort: false };

const badHint = (): MongoError =>
  new MongoError(
    ErrorCode.BadValue,
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  );

/** MongoDB allows scans of its own databases and of system collections even if others are forbidden. */
function isInternal(collection: Collection): boolean {
  return ['admin', 'local', 'config'].includes(collection.db) || collection.name.startsWith('system.');
}

const isSingleEntry = (index: Index, scan: IndexScan): boolean =>
  index.unique && scan.pointFields === index.fields.length && scan.ranges.length <= 1;

function compareCandidates(a: Candidate, b: Candidate): number {
  const byCost = Math.min(a.cost, probeLimit) - Math.min(b.cost, probeLimit);
  if (byCost !== 0) return byCost;
  if (a.plan.needsSort !== b.plan.needsSort) return a.plan.needsSort ? 1 : -1;
  // What needs no filter reads only what matches.
  if (!a.plan.residual !== !b.plan.residual) return a.plan.residual ? 1 : -1;
  return b.score - a.score;
}
