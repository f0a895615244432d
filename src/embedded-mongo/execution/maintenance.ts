import type { Engine } from '../engine.ts';
import type { Index } from '../index/index-definition.ts';
import { AllModification } from './modify.ts';
import { runWork } from './run-writes.ts';
import { TimeSlice } from './time-slice.ts';

const minuteMs = 60_000;

/** Periodic work: removes expired documents, idle cursors, old sessions and old changes. */
export class Maintenance {
  readonly #engine: Engine;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  /** The time slice of the removal in progress. */
  #slice = new TimeSlice();
  #isStopped = false;

  constructor(engine: Engine, intervalMs = minuteMs) {
    this.#engine = engine;
    this.#timer = setInterval(() => void this.run(), intervalMs);
    this.#timer.unref();
  }

  /** Ends the pass in progress. Resolves once it no longer writes anything. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#isStopped = true;
    this.#slice.kill();
    await this.#running;
  }

  /**
   * Makes one pass, unless one is in progress. If a pass fails (a full disk), the next one makes up for it.
   */
  async run(): Promise<void> {
    if (this.#running || this.#isStopped) return;
    this.#running = this.#pass().catch(() => undefined);
    await this.#running;
    this.#running = undefined;
  }

  async #pass(): Promise<void> {
    const { cursors, retries, changes, indexBuilder, catalog } = this.#engine;
    cursors.expire();
    await retries.prune();
    await changes.prune();
    await indexBuilder.discardUnfinished();
    this.#engine.sweep();
    for (const { ns, indexes } of catalog.collections()) {
      for (const index of [...indexes]) {
        if (this.#isStopped) return;
        if (index.isReady) await this.#expire(ns, index);
      }
    }
  }

  /**
   * Removes the documents that a TTL index says are expired: those whose field holds a date that is old
   * enough, or an array whose earliest date is. Other types never expire, as in MongoDB.
   */
  async #expire(ns: string, index: Index): Promise<void> {
    const { expireAfterSeconds } = index;
    const path = index.fields[0]?.path;
    if (expireAfterSeconds === undefined || path === undefined) return;
    const before = new Date(this.#engine.clock().getTime() - expireAfterSeconds * 1000);
    const slice = new TimeSlice();
    this.#slice = slice;
    const makeQuery = () => ({
      filter: {
        kind: 'and' as const,
        children: [
          { kind: 'path' as const, path, predicate: { op: '$lte' as const, value: before } },
          ...(index.partial ? [index.partial.node] : []),
        ],
      },
      sort: [],
      hint: { index: index.name },
    });
    const work = new AllModification<void>(
      this.#engine,
      { ns, makeQuery, slice },
      {
        each: (writer, { collection, match }) => this.#engine.documents.remove(writer, collection, match),
        finish: () => undefined,
      },
    );
    await runWork(this.#engine, slice, work);
  }
}
