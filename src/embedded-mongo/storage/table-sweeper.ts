import type { Catalog } from './catalog.ts';
import { prefixEnd } from './layout.ts';
import type { Store } from './store.ts';

const keysPerJob = 500;
const bytesPerJob = 4 * 1024 * 1024;

/** Empties tables that nothing refers to any more, a few keys a transaction. A restart goes on with it. */
export class TableSweeper {
  readonly #store: Store;
  readonly #catalog: Catalog;
  #isRunning = false;
  #isWanted = false;

  constructor(store: Store, catalog: Catalog) {
    this.#store = store;
    this.#catalog = catalog;
  }

  start(): void {
    this.#isWanted = true;
    if (!this.#isRunning) void this.#sweep();
  }

  async #sweep(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        for (const { key, prefix } of this.#catalog.garbage()) await this.#empty(key, prefix);
      }
    } catch {
      // The disk is full, or the store was closed: what is left is swept after the next start.
      this.#isWanted = false;
    } finally {
      this.#isRunning = false;
    }
  }

  async #empty(key: Buffer, prefix: Buffer): Promise<void> {
    const range = { start: prefix, end: prefixEnd(prefix) };
    let isEmpty = false;
    while (!isEmpty) {
      isEmpty = await this.#store.write((writer) => {
        const entries = this.#store.read(range, { limit: keysPerJob, maxBytes: bytesPerJob });
        for (const entry of entries) writer.remove(entry.key);
        if (entries.length === 0) writer.remove(key);
        return entries.length === 0;
      });
    }
  }
}
