import type { Engine } from '../engine.ts';
import { MongoError } from '../errors.ts';
import type { Writer } from '../storage/store.ts';
import type { TimeSlice } from './time-slice.ts';

/**
 * A step's outcome: the result, or that it needs another transaction, or that it first needs a search outside
 * one.
 */
export type Step<T> = { readonly result: T } | 'again' | 'search';

/** The work of one statement, spread over as many transactions as it needs. */
export interface Work<T> {
  /**
   * Goes as far as the command's slice allows, inside a write job. A MongoError leaves in place what was
   * written before it.
   */
  step(writer: Writer): Step<T>;
  /** Does the search that a step had no time for. */
  search?(): Promise<void>;
}

/** The statements of a command. */
export interface Writes<T> {
  readonly size: number;
  /** Whether to stop after a statement that failed. */
  readonly isOrdered: boolean;
  /** Begins a statement, inside a write job. Throws a MongoError if it cannot be understood. */
  begin(index: number): Work<T>;
  /** Stores what a retry must know about the statements done, in the same transaction. */
  save(writer: Writer): void;
}

/** A statement that failed. */
export interface Failure {
  readonly index: number;
  readonly error: MongoError;
}

/** The outcome of the statements, in order. */
export interface WritesDone<T> {
  readonly results: readonly { readonly index: number; readonly result: T }[];
  readonly failures: readonly Failure[];
}

/** How long one transaction may hold the event loop for a single command, in milliseconds. */
const jobBudgetMs = 5;

/** The error to report to the client. Anything else is a fault in this server and fails the command. */
function toldOf(error: unknown): MongoError {
  if (!(error instanceof MongoError)) throw error;
  return error;
}

class WritesRun<T> {
  readonly #engine: Engine;
  readonly #slice: TimeSlice;
  readonly #writes: Writes<T>;
  readonly #results: { index: number; result: T }[] = [];
  readonly #failures: Failure[] = [];
  #next = 0;
  #work: Work<T> | undefined;
  #mustSearch = false;

  constructor(engine: Engine, slice: TimeSlice, writes: Writes<T>) {
    this.#engine = engine;
    this.#slice = slice;
    this.#writes = writes;
  }

  async run(): Promise<WritesDone<T>> {
    while (!this.#isOver()) {
      const [first, done, failed] = [this.#next, this.#results.length, this.#failures.length];
      try {
        await this.#engine.store.write((writer) => this.#runJob(writer));
      } catch (error) {
        // Nothing of this transaction was stored, so its statements were not done, and the disk accepts no
        // more of them.
        this.#results.length = done;
        this.#failures.length = failed;
        this.#failures.push({ index: first, error: toldOf(error) });
        break;
      }
      if (this.#mustSearch) await this.#search();
    }
    return { results: this.#results, failures: this.#failures };
  }

  #isOver(): boolean {
    const hasEnded = this.#writes.isOrdered && this.#failures.length > 0;
    return this.#next >= this.#writes.size || hasEnded;
  }

  /** Runs as many statements as fit into a few milliseconds, and at least one step. */
  #runJob(writer: Writer): void {
    const until = performance.now() + jobBudgetMs;
    const first = this.#next;
    this.#slice.renew();
    let isStopped = false;
    while (!isStopped && !this.#isOver()) {
      const index = this.#next;
      const step = this.#step(writer);
      // A statement that had only the time others left over first gets a whole transaction's time.
      this.#mustSearch = step === 'search' && index === first;
      isStopped = typeof step === 'string' || performance.now() >= until;
    }
    this.#writes.save(writer);
  }

  #step(writer: Writer): Step<T> | undefined {
    const index = this.#next;
    try {
      this.#work ??= this.#writes.begin(index);
      const step = this.#work.step(writer);
      if (typeof step === 'string') return step;
      this.#results.push({ index, result: step.result });
    } catch (error) {
      this.#failures.push({ index, error: toldOf(error) });
    }
    this.#goOn();
    return undefined;
  }

  async #search(): Promise<void> {
    this.#mustSearch = false;
    try {
      await this.#work?.search?.();
    } catch (error) {
      this.#failures.push({ index: this.#next, error: toldOf(error) });
      this.#goOn();
    }
  }

  #goOn(): void {
    this.#next += 1;
    this.#work = undefined;
  }
}

/**
 * Runs the statements of a command one after another. Consecutive ones share transactions, as many as fit
 * into a few milliseconds, and other clients' writes run in between. A transaction that cannot be committed
 * ends the run: the first of its statements is reported as failed, and those after it are not tried.
 */
export const runWrites = <T>(engine: Engine, slice: TimeSlice, writes: Writes<T>): Promise<WritesDone<T>> =>
  new WritesRun(engine, slice, writes).run();

/** Runs a single statement. Throws the error that it fails with. */
export async function runWork<T>(engine: Engine, slice: TimeSlice, work: Work<T>): Promise<T> {
  const writes = { size: 1, isOrdered: true, begin: () => work, save: () => undefined };
  const { results, failures } = await runWrites(engine, slice, writes);
  if (failures[0]) throw failures[0].error;
  return (results[0] as { result: T }).result;
}
