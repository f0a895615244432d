/** More ids than this are looked up in several commands. */
const maxIds = 200;

interface Waiting<T> {
  resolve(document: T | null): void;
  reject(error: unknown): void;
}

/**
 * Looks up by id what many requests ask for in the same turn of the event loop, in one command. Nobody waits for
 * others: the command is sent as soon as what has arrived is read.
 */
export class ReadCoalescer<T extends { readonly _id: string }> {
  readonly #findMany: (ids: readonly string[]) => Promise<readonly T[]>;
  #waiting = new Map<string, Waiting<T>[]>();

  /** @param findMany the documents of these ids, in any order; ids without a document are left out. */
  constructor(findMany: (ids: readonly string[]) => Promise<readonly T[]>) {
    this.#findMany = findMany;
  }

  find(id: string): Promise<T | null> {
    return new Promise((resolve, reject) => {
      const already = this.#waiting.get(id);
      if (already) already.push({ resolve, reject });
      else this.#waiting.set(id, [{ resolve, reject }]);
      if (this.#waiting.size === 1 && !already) setImmediate(() => void this.#flush());
      if (this.#waiting.size >= maxIds) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting.size === 0) return;
    this.#waiting = new Map();
    try {
      const documents = await this.#findMany([...waiting.keys()]);
      const byId = new Map(documents.map((document) => [document._id, document]));
      for (const [id, callers] of waiting) for (const { resolve } of callers) resolve(byId.get(id) ?? null);
    } catch (error) {
      for (const callers of waiting.values()) for (const { reject } of callers) reject(error);
    }
  }
}
