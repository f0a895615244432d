import type { Catalog } from './catalog.ts';
import { prefixEnd } from './layout.ts';
import type { Store } from './store.ts';

const keysPerJob = 500;
const bytesPerJob = 4 * 1024 * 1024;

/** Empties tables that nothing refers to any more, a few keys per transaction. It continues after a restart. */
export class TableSweeper {
  readonly #store: Store;
  readonly #catalog: Catalog;
  #running: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;

  constructor(store: Store, catalog: Catalog) {
    this.#store = store;
    this.#catalog = catalog;
  }

  start(): void {
    this.#isWanted = !this.#isStopped;
    this.#running ??= this.#sweep().finally(() => {
      this.#running = undefined;
      if (this.#isWanted) this.start();
    });
  }

  /** Resolves when nothing is being written any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #sweep(): Promise<void> {
    try {
      while (this.#isWanted && !this.#isStopped) {
        this.#isWanted = false;
        for (const { key, prefix } of this.#catalog.garbage()) await this.#empty(key, prefix);
      }
    } catch {
      // The disk is full: the rest is swept with the next pass of maintenance.
      this.#isWanted = false;
    }
  }

  async #empty(key: Buffer, prefix: Buffer): Promise<void> {
    const range = { start: prefix, end: prefixEnd(prefix) };
    let isEmpty = false;
    while (!isEmpty && !this.#isStopped) {
      isEmpty = await this.#store.write((writer) => {
        const entries = this.#store.read(range, { limit: keysPerJob, maxBytes: bytesPerJob });
        for (const entry of entries) writer.remove(entry.key);
        if (entries.length === 0) writer.remove(key);
        return entries.length === 0;
      });
    }
  }
}
