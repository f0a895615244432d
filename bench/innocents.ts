import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Seen } from './innocent.ts';

/** What visitors saw who looked at pages beside something else. */
export interface SeenBeside {
  readonly views: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  /** Answers other than 200. */
  readonly refused: number;
}

/** Visitors who look at pages of a service that believes one `X-Forwarded-For`. */
export class Innocents {
  readonly #worker: Worker;

  constructor(port: number) {
    this.#worker = new Worker(new URL('./innocent.js', import.meta.url), { workerData: { port } });
  }

  /** What they saw since they were last asked. */
  async seen(): Promise<SeenBeside> {
    this.#worker.postMessage('report');
    const [{ timesMs, refused }] = (await once(this.#worker, 'message')) as [Seen];
    const sorted = timesMs.toSorted((a, b) => a - b);
    const p99Ms = sorted[Math.floor((sorted.length - 1) * 0.99)] ?? Number.NaN;
    return { views: sorted.length, p99Ms, slowestMs: sorted.at(-1) ?? 0, refused };
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
