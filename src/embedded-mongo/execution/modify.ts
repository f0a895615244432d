import { decode } from '../bson/raw.ts';
import type { Engine } from '../engine.ts';
import type { Query } from '../planner/plan.ts';
import type { Matcher } from '../query/matcher.ts';
import type { Collection } from '../storage/catalog.ts';
import { documentKey, type RecordId } from '../storage/layout.ts';
import type { Writer } from '../storage/store.ts';
import type { UpdateResult } from '../update/apply-update.ts';
import { type Match, QueryRun } from './query-run.ts';
import type { Step, Work } from './run-writes.ts';
import type { TimeSlice } from './time-slice.ts';

/** A full matching document inside a write job. */
export interface Target {
  readonly collection: Collection;
  readonly match: Required<Match>;
  /** From `Matcher.matchedIndex`, looked up only on demand. */
  matchedIndex(): number | undefined;
}

/** What to do with a matching document, and what to do if there is none. Both run inside a write job. */
export interface Modification<T> {
  onMatch(writer: Writer, target: Target): T;
  onNone(writer: Writer): T;
  /** Returns the result without looking for documents if the statement has already been done. */
  recall?(): T | undefined;
}

/**
 * What to do with every matching document, and how to form the overall result. Both run inside a write job.
 */
export interface Modifications<T> {
  each(writer: Writer, target: Target): void;
  finish(writer: Writer): T;
}

/**
 * Makes the query for a collection, which may have been created or changed since the request. If there is no
 * collection, it only throws the query's errors.
 */
export type QueryMaker = (collection: Collection | undefined) => Query;

/** Where a statement looks for documents. */
export interface Selection {
  readonly ns: string;
  readonly makeQuery: QueryMaker;
  readonly slice: TimeSlice;
}

/** The collection, if there is one. */
function collectionOf(engine: Engine, { ns, makeQuery }: Selection): Collection | undefined {
  const collection = engine.catalog.get(ns);
  if (!collection) makeQuery(undefined);
  return collection;
}

function targetOf(collection: Collection, matcher: () => Matcher, match: Match): Target {
  const whole = { ...match, document: match.document ?? decode(match.bytes) };
  return { collection, match: whole, matchedIndex: () => matcher().matchedIndex(whole.document) };
}

/** Reads a document again inside a job, and returns it if it still matches. */
function rematch(engine: Engine, collection: Collection, run: QueryRun, recordId: RecordId) {
  const bytes = engine.store.get(documentKey(collection.id, recordId));
  if (!bytes) return undefined;
  const document = decode(bytes);
  if (!run.matcher.matches(document)) return undefined;
  return targetOf(collection, () => run.matcher, { recordId, bytes, document });
}

function openRun(engine: Engine, collection: Collection, selection: Selection, limit: number): QueryRun {
  const query = selection.makeQuery(collection);
  const plan = engine.planner.plan(collection, query, engine.settings);
  const { slice } = selection;
  return new QueryRun(engine.store, engine.catalog, collection, query, plan, { limit, slice });
}

/**
 * Finds the first match and modifies it in one transaction, so that of two concurrent statements only one
 * finds what the other changes. A search that takes longer than a time slice runs outside the transaction,
 * and its match is tested again inside; if it was changed in between, the search is repeated.
 */
export class FirstModification<T> implements Work<T> {
  readonly #engine: Engine;
  readonly #selection: Selection;
  readonly #modification: Modification<T>;
  /** The search that ran outside the transaction, and what it found. */
  #searched: { run: QueryRun; recordId: RecordId | undefined } | undefined;

  constructor(engine: Engine, selection: Selection, modification: Modification<T>) {
    this.#engine = engine;
    this.#selection = selection;
    this.#modification = modification;
  }

  step(writer: Writer): Step<T> {
    const { onMatch, onNone, recall } = this.#modification;
    const recalled = recall?.();
    if (recalled !== undefined) return { result: recalled };
    const collection = collectionOf(this.#engine, this.#selection);
    const target = collection && this.#find(collection);
    if (target === 'search') return target;
    return { result: target ? onMatch(writer, target) : onNone(writer) };
  }

  async search(): Promise<void> {
    const collection = this.#engine.catalog.get(this.#selection.ns);
    if (!collection) return;
    const run = openRun(this.#engine, collection, this.#selection, 1);
    this.#searched = { run, recordId: (await run.next())?.recordId };
  }

  #find(collection: Collection): Target | undefined | 'search' {
    if (this.#searched?.recordId !== undefined) {
      const { run, recordId } = this.#searched;
      return rematch(this.#engine, collection, run, recordId) ?? 'search';
    }
    // Even if the search found nothing, a match may have been inserted since: of two concurrent upserts, the
    // second must find what the first inserted.
    const run = openRun(this.#engine, collection, this.#selection, 1);
    const found = run.tryNext();
    if (typeof found === 'object') return targetOf(collection, () => run.matcher, found);
    return found === 'wait' && !this.#searched ? 'search' : undefined;
  }
}

interface Found {
  readonly collectionId: number;
  readonly run: QueryRun;
  readonly recordIds: readonly RecordId[];
}

/**
 * Modifies every match. First it finds out which documents match, then it tests each again when its turn
 * comes. Each transaction holds as many as fit into a time slice.
 */
export class AllModification<T> implements Work<T> {
  readonly #engine: Engine;
  readonly #selection: Selection;
  readonly #modifications: Modifications<T>;
  #found: Found | undefined;
  #position = 0;

  constructor(engine: Engine, selection: Selection, modifications: Modifications<T>) {
    this.#engine = engine;
    this.#selection = selection;
    this.#modifications = modifications;
  }

  step(writer: Writer): Step<T> {
    // If a group has failed in between, the catalog has been reloaded and its objects are different ones.
    const collection = collectionOf(this.#engine, this.#selection);
    if (collection) {
      this.#found ??= this.#tryFind(collection);
      if (!this.#found) return 'search';
      if (!this.#modify(writer, collection, this.#found)) return 'again';
    }
    return { result: this.#modifications.finish(writer) };
  }

  async search(): Promise<void> {
    const collection = this.#engine.catalog.get(this.#selection.ns);
    if (!collection) return;
    const run = openRun(this.#engine, collection, this.#selection, Number.POSITIVE_INFINITY);
    const recordIds: RecordId[] = [];
    for (let match = await run.next(); match; match = await run.next()) recordIds.push(match.recordId);
    this.#found = { collectionId: collection.id, run, recordIds };
  }

  /**
   * Continues with the documents found. Returns whether all are done. A recreated collection contains none of
   * them.
   */
  #modify(writer: Writer, collection: Collection, { collectionId, run, recordIds }: Found): boolean {
    while (collection.id === collectionId && this.#position < recordIds.length) {
      const target = rematch(this.#engine, collection, run, recordIds[this.#position] ?? 0);
      this.#position += 1;
      if (target) this.#modifications.each(writer, target);
      if (this.#position < recordIds.length && this.#selection.slice.isOver()) return false;
    }
    return true;
  }

  /** The matches, if they can all be found within the slice. */
  #tryFind(collection: Collection): Found | undefined {
    const run = openRun(this.#engine, collection, this.#selection, Number.POSITIVE_INFINITY);
    const recordIds: RecordId[] = [];
    let match = run.tryNext();
    for (; typeof match === 'object'; match = run.tryNext()) recordIds.push(match.recordId);
    return match === 'wait' ? undefined : { collectionId: collection.id, run, recordIds };
  }
}

/** Stores a document's new version with its index entries. Identical bytes are not written again. */
export function replaceTarget(engine: Engine, writer: Writer, target: Target, result: UpdateResult): Buffer {
  const { collection, match } = target;
  const { document: to, difference } = result;
  return engine.documents.replace(writer, collection, match, { from: match.document, to, difference });
}
