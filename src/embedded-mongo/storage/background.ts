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
    this.#running ??= this.#run();
  }

  /** Resolves when no step is under way any more. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let waitMs: number | undefined = 0;
    while (waitMs !== undefined && !(await this.#endsWithin(waitMs))) waitMs = await this.#step();
  }

  /** Waits; whether the work is to end. */
  #endsWithin(waitMs: number): Promise<boolean> {
    const { signal } = this.#ending;
    return delay(waitMs, false, { signal, ref: false }).catch(() => true);
  }
}
