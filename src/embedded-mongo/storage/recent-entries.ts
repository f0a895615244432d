import type { OpTime } from './op-time.ts';
import type { Entry } from './store.ts';

/** An entry of the log of changes, and the time of the change before its first one. */
export interface RecentEntry extends Entry {
  readonly follows: OpTime;
}

const mostBytes = 512 * 1024;

/** The newest entries of the log, kept in memory: most readers follow it closely. */
export class RecentEntries {
  readonly #entries: RecentEntry[] = [];
  #bytes = 0;

  /** Adds what follows the newest entry, and drops the oldest ones that no longer fit. */
  add(entries: readonly RecentEntry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#bytes += entry.value.length;
    }
    while (this.#bytes > mostBytes) this.#bytes -= this.#entries.shift()?.value.length ?? 0;
  }

  /** The entries with the changes from this time on, and maybe some before; undefined if others have some of them. */
  since(time: OpTime): readonly Entry[] | undefined {
    const first = this.#entries.findLastIndex(({ follows }) => follows < time);
    return first < 0 ? undefined : this.#entries.slice(first);
  }

  clear(): void {
    this.#entries.length = 0;
    this.#bytes = 0;
  }
}
