import type { VariableValues } from '../aggregate/scope.ts';
import { type FieldTree, fieldTree } from '../bson/field-tree.ts';
import { splitPath } from '../bson/fields.ts';
import { decode, decodeFields } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import { isMerge, type Plan, type Query } from '../planner/plan.ts';
import { type FilterNode, pathsOfFilter } from '../query/filter-node.ts';
import { compileFilter, type Matcher } from '../query/matcher.ts';
import type { Catalog, Collection } from '../storage/catalog.ts';
import type { StoredDocument } from '../storage/document-writer.ts';
import type { Store } from '../storage/store.ts';
import { DocumentSorter } from './document-sorter.ts';
import { PlanGuard } from './plan-guard.ts';
import { bytesOf, type Candidate, openSource, type ReadStats, type Source } from './sources.ts';
import { TimeSlice } from './time-slice.ts';

/**
 * The number of steps that are taken without looking at the clock: a search for one key needs no more, so it ends
 * inside its transaction however busy the machine is.
 */
const unmeasuredSteps = 4;

/** A document that matched. `document` is set if it was needed to determine that. */
export interface Match extends StoredDocument {
  document?: Document;
}

export interface RunOptions {
  skip?: number;
  /** The maximum number of matches to return; Infinity for all. */
  limit?: number;
  /** The command's slice, if it does more than read; otherwise one without a time limit. */
  slice?: TimeSlice;
}

interface Test {
  readonly matcher: Matcher;
  /** What must be read of a document to test it; undefined if that may be anything. */
  readonly fields: FieldTree | undefined;
}

function testOf(filter: FilterNode, variables: VariableValues | undefined): Test {
  const paths = pathsOfFilter(filter);
  return { matcher: compileFilter(filter, variables), fields: paths && fieldTree(paths) };
}

/** A plan being executed. It yields to the event loop every few milliseconds. */
export class QueryRun {
  readonly stats: ReadStats = { keysExamined: 0, docsExamined: 0 };
  readonly #store: Store;
  readonly #collection: Collection;
  readonly #query: Query;
  readonly #plan: Plan;
  readonly #source: Source;
  readonly #slice: TimeSlice;
  readonly #guard: PlanGuard;
  /** What candidates must pass; undefined if they all match. */
  #test: Test | undefined;
  #matcher: Matcher | undefined;
  #mayBeStale = false;
  #skip: number;
  #left: number;
  #steps = 0;
  #sorted: Match[] | undefined;
  #sortedPosition = 0;

  constructor(
    store: Store,
    catalog: Catalog,
    collection: Collection,
    query: Query,
    plan: Plan,
    options: RunOptions = {},
  ) {
    this.#store = store;
    this.#collection = collection;
    this.#query = query;
    this.#plan = plan;
    this.#skip = options.skip ?? 0;
    this.#left = options.limit ?? Number.POSITIVE_INFINITY;
    this.#slice = options.slice ?? new TimeSlice();
    this.#guard = new PlanGuard(catalog, collection, plan, this.#slice);
    this.#test = plan.residual && testOf(plan.residual, query.variables);
    this.#source = openSource(store, collection, plan.access, this.stats);
  }

  get matcher(): Matcher {
    this.#matcher ??= compileFilter(this.#query.filter, this.#query.variables);
    return this.#matcher;
  }

  /** The next match, or undefined at the end. */
  async next(): Promise<Match | undefined> {
    if (this.#left <= 0) return undefined;
    if (this.#plan.needsSort && !this.#sorted) await this.#sort();
    while (this.#skip > 0) {
      if (!(await this.#skipOne())) return undefined;
      this.#skip -= 1;
    }
    const match = await this.#advance();
    if (match) this.#left -= 1;
    return match;
  }

  /**
   * The next match without waiting; 'wait' means that the time slice is used up and `next` must be called.
   */
  tryNext(): Match | undefined | 'wait' {
    if (this.#left <= 0) return undefined;
    if (this.#skip > 0 || (this.#plan.needsSort && !this.#sorted)) return 'wait';
    for (;;) {
      this.#steps += 1;
      if (this.#steps > unmeasuredSteps && this.#slice.isOver()) return 'wait';
      const step = this.#step();
      if (step === 'skip') continue;
      if (step) this.#left -= 1;
      return step;
    }
  }

  /** Whether it is already known that nothing follows. */
  isFinished(): boolean {
    return this.#left <= 0 || (this.#sorted !== undefined && this.#sortedPosition >= this.#sorted.length);
  }

  async #advance(): Promise<Match | undefined> {
    for (;;) {
      if (this.#slice.isOver()) await this.#slice.pause();
      const step = this.#step();
      if (step !== 'skip') return step;
    }
  }

  /** Passes over the next match, without reading it if that is not needed to know that it matches. */
  async #skipOne(): Promise<boolean> {
    if (this.#plan.residual || this.#sorted) return (await this.#advance()) !== undefined;
    for (;;) {
      if (this.#slice.isOver()) await this.#slice.pause();
      this.#catchUp();
      if (this.#mayBeStale) return (await this.#advance()) !== undefined;
      const candidate = this.#source.next();
      if (candidate !== 'skip') return candidate !== undefined;
    }
  }

  /**
   * Catches up after a pause, which may have been in another part of the same command: others may have
   * written.
   */
  #catchUp(): void {
    if (!this.#guard.hasPaused()) return;
    this.#source.release();
    // A merge holds entries across a pause, and the documents they point to may have changed since.
    if (!isMerge(this.#plan.access) || this.#mayBeStale) return;
    this.#mayBeStale = true;
    this.#test = testOf(this.#query.filter, this.#query.variables);
  }

  #step(): Match | undefined | 'skip' {
    this.#catchUp();
    if (this.#sorted) {
      this.#sortedPosition += 1;
      return this.#sorted[this.#sortedPosition - 1];
    }
    const candidate = this.#source.next();
    if (!candidate || candidate === 'skip') return candidate;
    return this.#test ? this.#tested(candidate, this.#test) : this.#fetched(candidate);
  }

  #fetched(candidate: Candidate): Match | 'skip' {
    const bytes = bytesOf(this.#store, this.#collection, candidate, this.stats, 'get');
    return bytes ? { recordId: candidate.recordId, bytes } : 'skip';
  }

  #tested(candidate: Candidate, { matcher, fields }: Test): Match | 'skip' {
    if (!fields) {
      const fetched = this.#fetched(candidate);
      if (fetched === 'skip') return 'skip';
      const document = decode(fetched.bytes);
      return matcher.matches(document) ? { ...fetched, document } : 'skip';
    }
    const seen = bytesOf(this.#store, this.#collection, candidate, this.stats, 'peek');
    if (!seen || !matcher.matches(decodeFields(seen, fields))) return 'skip';
    return { recordId: candidate.recordId, bytes: candidate.bytes ?? Buffer.from(seen) };
  }

  async #sort(): Promise<void> {
    const sorter = new DocumentSorter<Match>(this.#query.sort, this.#skip + this.#left);
    const sortedFields = fieldTree(this.#query.sort.map(({ path }) => splitPath(path)));
    for (let match = await this.#advance(); match; match = await this.#advance()) {
      const document = match.document ?? decodeFields(match.bytes, sortedFields);
      sorter.add(document, match.bytes.length, { recordId: match.recordId, bytes: match.bytes });
    }
    this.#sorted = await sorter.finish(this.#slice);
  }
}
