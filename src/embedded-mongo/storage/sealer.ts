import { Background } from './background.ts';
import { tables } from './layout.ts';
import { formatKey, sealingPositionKey } from './plain-values.ts';
import type { KeyRange, Store } from './store.ts';

const atOnce = { limit: 300, maxBytes: 512 * 1024 };
/** The pause after each transaction, for others to write. */
const restMs = 20;
const restWhenFullMs = 60_000;

/** Everything but the notes on the data itself; the format is changed when all the rest is done. */
const everything: KeyRange = { start: Buffer.from([tables.catalog]), end: Buffer.from([0xff]) };
/** The format of the data when every value has a checksum; see `data-directory.ts`. */
const sealedFormat = Buffer.from([2]);

/** Adds checksums to what an earlier version stored without them, in the background; it continues after a restart. */
export class Sealer {
  readonly #store: Store;
  readonly #background: Background;

  constructor(store: Store) {
    this.#store = store;
    this.#background = new Background(() => this.#step());
  }

  start(): void {
    if (!this.#store.isSealed) this.#background.start();
  }

  stop(): Promise<void> {
    return this.#background.stop();
  }

  async #step(): Promise<number | undefined> {
    try {
      const isMore = await this.#store.write((writer) => {
        const start = this.#store.get(sealingPositionKey) ?? everything.start;
        const rest = this.#store.sealPart(writer, { ...everything, start }, atOnce);
        if (rest) writer.put(sealingPositionKey, rest.start);
        else {
          writer.remove(sealingPositionKey);
          writer.put(formatKey, sealedFormat);
        }
        return rest !== undefined;
      });
      if (!isMore) this.#store.endSealing();
      return isMore ? restMs : undefined;
    } catch {
      // The disk is full.
      return restWhenFullMs;
    }
  }
}
