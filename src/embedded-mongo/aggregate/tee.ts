import type { Document } from '../bson/types.ts';
import type { Documents } from './stage.ts';

/** As many documents are held at a time: each may have 16 MB. */
const batchLength = 16;

/** Documents that somebody waits for. */
interface Batch {
  readonly documents: Promise<readonly Document[]>;
  resolve(documents: readonly Document[]): void;
  reject(reason: unknown): void;
}

function awaitedBatch(): Batch {
  let resolve: Batch['resolve'] = () => undefined;
  let reject: Batch['reject'] = () => undefined;
  const documents = new Promise<readonly Document[]>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { documents, resolve, reject };
}

async function* iterated(input: Documents): AsyncGenerator<Document> {
  yield* input;
}

/**
 * Gives the same documents to several readers that read at the same time. The next ones are read when all readers have
 * taken those before, so that few are held however many there are; a reader that ends early is not waited for.
 */
export class Tee {
  readonly #input: AsyncGenerator<Document>;
  #readers: number;
  #waiting = 0;
  #next = awaitedBatch();

  constructor(input: Documents, readers: number) {
    this.#input = iterated(input);
    this.#readers = readers;
  }

  /** The documents for one of the readers. Each must read to the end or return its generator. */
  async *read(): AsyncGenerator<Document> {
    try {
      for (;;) {
        const { documents } = this.#next;
        this.#waiting += 1;
        this.#readIfAllWait();
        const batch = await documents;
        if (batch.length === 0) return;
        yield* batch;
      }
    } finally {
      this.#readers -= 1;
      this.#readIfAllWait();
    }
  }

  /** Ends the reading of the input. */
  async close(): Promise<void> {
    await this.#input.return(undefined);
  }

  #readIfAllWait(): void {
    if (this.#readers === 0 || this.#waiting < this.#readers) return;
    const wanted = this.#next;
    this.#next = awaitedBatch();
    this.#waiting = 0;
    this.#readBatch().then(wanted.resolve, wanted.reject);
  }

  async #readBatch(): Promise<Document[]> {
    const documents: Document[] = [];
    while (documents.length < batchLength) {
      const { value, done } = await this.#input.next();
      if (done) break;
      documents.push(value);
    }
    return documents;
  }
}
