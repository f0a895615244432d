import type { Engine } from '../engine.ts';
import type { Index } from '../index/index-definition.ts';
import { AllModification } from './modify.ts';
import { runWork } from './run-writes.ts';
import { TimeSlice } from './time-slice.ts';

const minuteMs = 60_000;

/** What is done now and then: expired documents, idle cursors, old sessions and old changes are removed. */
export class Maintenance {
  readonly #engine: Engine;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  /** The share of the event loop of what is being removed. */
  #slice = new TimeSlice();
  #isStopped = false;

  constructor(engine: Engine, intervalMs = minuteMs) {
    this.#engine = engine;
    this.#timer = setInterval(() => void this.run(), intervalMs);
    this.#timer.unref();
  }

  /** Ends the pass that is under way; resolves when it writes nothing any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#isStopped = true;
    this.#slice.kill();
    await this.#running;
  }

  /** One pass, unless one is under way. A pass that fails (a full disk) is made up for by the next. */
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
   * Removes what a TTL index says is expired: documents whose field holds a date (or an array with one, the earliest
   * counts) that is old enough. Other types never expire, as in MongoDB.
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
