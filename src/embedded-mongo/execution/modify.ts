import { decode } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import type { Query } from '../planner/plan.ts';
import { compileFilter } from '../query/matcher.ts';
import type { Collection } from '../storage/catalog.ts';
import { documentKey, type RecordId } from '../storage/layout.ts';
import { attempt, type Writer } from '../storage/store.ts';
import { type Match, QueryRun } from './query-run.ts';
import type { TimeSlice } from './time-slice.ts';

/** A matching document inside a write job, whole. */
export interface Target {
  readonly collection: Collection;
  readonly match: Required<Match>;
  /** From `Matcher.matchedIndex`; looked up when asked for. */
  matchedIndex(): number | undefined;
}

/** What is to be done with a document that matches, and if there is none. Both run inside a write job. */
export interface Modification<T> {
  onMatch(writer: Writer, target: Target): T;
  onNone(writer: Writer): T;
  /** Gives a result without looking for documents: the statement has been done before. */
  recall?(): T | undefined;
}

/** How a query is made for a collection, which may have been created or changed since it was asked for. */
export type QueryMaker = (collection: Collection) => Query;

const jobBudgetMs = 5;

function targetOf(collection: Collection, query: Query, match: Match): Target {
  const whole = { ...match, document: match.document ?? decode(match.bytes) };
  return {
    collection,
    match: whole,
    matchedIndex: () => compileFilter(query.filter).matchedIndex(whole.document),
  };
}

/** A document read again inside a job, if it still matches. */
function rematch(
  engine: Engine,
  collection: Collection,
  query: Query,
  recordId: RecordId,
): Target | undefined {
  const bytes = engine.store.get(documentKey(collection.id, recordId));
  if (!bytes) return undefined;
  const document = decode(bytes);
  if (!compileFilter(query.filter).matches(document)) return undefined;
  return targetOf(collection, query, { recordId, bytes, document });
}

function openRun(
  engine: Engine,
  collection: Collection,
  query: Query,
  slice: TimeSlice,
  limit: number,
): QueryRun {
  const plan = engine.planner.plan(collection, query, engine.settings);
  return new QueryRun(engine.store, engine.catalog, collection, query, plan, { limit, slice });
}

/**
 * Finds the first match and modifies it in one transaction, so that of two at once only one finds what the other
 * changes. A search that takes longer than a time slice is done outside of the transaction, and what it finds is
 * tested again inside; if it was changed in between, the search is repeated.
 */
export async function modifyFirst<T>(
  engine: Engine,
  ns: string,
  makeQuery: QueryMaker,
  slice: TimeSlice,
  modification: Modification<T>,
): Promise<T> {
  let candidate: RecordId | undefined;
  let isSearchNeeded = false;
  for (;;) {
    const outcome = await engine.store.write((writer): { result: T } | 'search' | 'gone' => {
      const recalled = modification.recall?.();
      if (recalled !== undefined) return { result: recalled };
      const collection = engine.catalog.get(ns);
      if (!collection) return { result: modification.onNone(writer) };
      const query = makeQuery(collection);
      if (candidate !== undefined) {
        const target = rematch(engine, collection, query, candidate);
        return target ? { result: modification.onMatch(writer, target) } : 'gone';
      }
      slice.renew();
      const run = openRun(engine, collection, query, slice, 1);
      const found = isSearchNeeded ? undefined : run.tryNext();
      if (found === 'wait') return 'search';
      if (found === undefined) return { result: modification.onNone(writer) };
      return { result: modification.onMatch(writer, targetOf(collection, query, found)) };
    });
    if (typeof outcome === 'object') return outcome.result;
    candidate = await searchOutside(engine, ns, makeQuery, slice);
    isSearchNeeded = candidate === undefined;
  }
}

async function searchOutside(
  engine: Engine,
  ns: string,
  makeQuery: QueryMaker,
  slice: TimeSlice,
): Promise<RecordId | undefined> {
  const collection = engine.catalog.get(ns);
  if (!collection) return undefined;
  return (await openRun(engine, collection, makeQuery(collection), slice, 1).next())?.recordId;
}

/**
 * Modifies every match. Which documents those are is found out first; each is tested again when its turn comes.
 * Transactions hold as many as fit into a few milliseconds. `each` runs inside a write job.
 */
export async function modifyAll(
  engine: Engine,
  ns: string,
  makeQuery: QueryMaker,
  slice: TimeSlice,
  each: (writer: Writer, target: Target) => void,
): Promise<void> {
  const collection = engine.catalog.get(ns);
  if (!collection) return;
  const query = makeQuery(collection);
  const recordIds: RecordId[] = [];
  const run = openRun(engine, collection, query, slice, Number.POSITIVE_INFINITY);
  for (let match = await run.next(); match; match = await run.next()) recordIds.push(match.recordId);
  let position = 0;
  while (position < recordIds.length) {
    await engine.store
      .write((writer) => {
        // A group that failed in between has had the catalog read again: its objects are others now.
        const current = engine.catalog.get(ns);
        if (current?.id !== collection.id) {
          position = recordIds.length;
          return;
        }
        const until = performance.now() + jobBudgetMs;
        let failure: unknown;
        while (position < recordIds.length && performance.now() < until && failure === undefined) {
          const target = rematch(engine, current, query, recordIds[position] ?? 0);
          position += 1;
          failure = target && attempt(() => each(writer, target));
        }
        return failure;
      })
      .then((failure) => {
        // What was modified before the failure stays, so the job itself must not fail.
        if (failure !== undefined) throw failure;
      });
  }
}

/** A document's new version, stored with its index entries; the same bytes are not written again. */
export function replaceTarget(engine: Engine, writer: Writer, target: Target, to: Document): Buffer {
  const { collection, match } = target;
  return engine.documents.replace(writer, collection, match, match.document, to);
}
