import { setTimeout as delay } from 'node:timers/promises';

/** Work in the background, a short step at a time, until it is done or the server stops. */
export class Background {
  readonly #step: () => Promise<number | undefined> | number | undefined;
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;

  /** `step` returns how many milliseconds to wait before the next one; undefined when there is none. */
  constructor(step: () => Promise<number | undefined> | number | undefined) {
    this.#step = step;
  }

  start(): void {
    this.#running ??= this.#run().catch(() => undefined);
  }

  /** Resolves when no step is under way any more. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    for (let waitMs: number | undefined = 0; waitMs !== undefined && !signal.aborted; ) {
      await delay(waitMs, undefined, { signal, ref: false });
      waitMs = await this.#step();
    }
  }
}
