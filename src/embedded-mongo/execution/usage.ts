/** The kinds of command that are counted for a collection. */
export type UsageKind = 'queries' | 'getmore' | 'insert' | 'update' | 'remove' | 'commands';

/** How often something was done, and how long it took. */
export interface Usage {
  micros: number;
  count: number;
}

const usageFields = [
  'total',
  'readLock',
  'writeLock',
  'queries',
  'getmore',
  'insert',
  'update',
  'remove',
  'commands',
] as const;

/** The usage of one collection, in the fields of MongoDB's `top`. */
export type CollectionUsage = Readonly<Record<(typeof usageFields)[number], Usage>>;

const unused = (): CollectionUsage =>
  Object.fromEntries(usageFields.map((field) => [field, { micros: 0, count: 0 }])) as CollectionUsage;

function add(usage: Usage, micros: number): void {
  usage.micros += micros;
  usage.count += 1;
}

/** What has been done with each collection since the start, as `top` reports it. */
export class CollectionsUsage {
  readonly #exists: (ns: string) => boolean;
  readonly #byNs = new Map<string, CollectionUsage>();

  /** Nothing is kept for a namespace that, according to `exists`, is not (or no longer) a collection. */
  constructor(exists: (ns: string) => boolean) {
    this.#exists = exists;
  }

  note(ns: string, kind: UsageKind, isWrite: boolean, micros: number): void {
    const usage = this.#byNs.get(ns) ?? this.#begin(ns);
    if (!usage) return;
    add(usage.total, micros);
    add(isWrite ? usage.writeLock : usage.readLock, micros);
    add(usage[kind], micros);
  }

  /** The collections in use, by namespace. */
  list(): [string, CollectionUsage][] {
    this.#forgetDropped();
    return [...this.#byNs].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #begin(ns: string): CollectionUsage | undefined {
    if (!this.#exists(ns)) return undefined;
    // Collections may come and go without this list ever being requested.
    this.#forgetDropped();
    const usage = unused();
    this.#byNs.set(ns, usage);
    return usage;
  }

  #forgetDropped(): void {
    for (const ns of this.#byNs.keys()) if (!this.#exists(ns)) this.#byNs.delete(ns);
  }
}
