import { encode } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import { checkSize, maxDocumentBytes } from '../storage/document-writer.ts';

/** What a cursor reads from: documents as bytes, one at a time. */
export interface DocumentStream {
  next(): Promise<Buffer | undefined>;
  /** The next one without waiting, where that is possible; 'wait' asks for `next`. */
  tryNext?(): Buffer | undefined | 'wait';
  /** Whether it is known, without looking for more, that nothing follows. */
  isFinished(): boolean;
  /** Called before a new batch is read. */
  resume(): void;
}

export interface Batch {
  readonly documents: Buffer[];
  readonly isDone: boolean;
}

/** A query's answer, read in batches of at most 16 MB. */
export class QueryCursor {
  readonly ns: string;
  readonly #stream: DocumentStream;
  /** Read already, and too big for the batch before. */
  #held: Buffer | undefined;

  constructor(ns: string, stream: DocumentStream) {
    this.ns = ns;
    this.#stream = stream;
  }

  async nextBatch(size: number): Promise<Batch> {
    const documents: Buffer[] = [];
    let bytes = 0;
    while (documents.length < size) {
      const document = this.#held ?? (await this.#read());
      this.#held = undefined;
      if (!document) return { documents, isDone: true };
      if (bytes + document.length > maxDocumentBytes && documents.length > 0) {
        this.#held = document;
        return { documents, isDone: false };
      }
      bytes += document.length;
      documents.push(document);
    }
    return { documents, isDone: size > 0 && this.#stream.isFinished() };
  }

  resume(): void {
    this.#stream.resume();
  }

  async #read(): Promise<Buffer | undefined> {
    const ready = this.#stream.tryNext?.();
    return ready === 'wait' || !this.#stream.tryNext ? this.#stream.next() : ready;
  }
}

/** A stream over documents that are made one after another. */
export function streamOf(documents: AsyncIterable<Document>): DocumentStream {
  const iterator = documents[Symbol.asyncIterator]();
  return {
    next: async () => {
      const { done, value } = await iterator.next();
      if (done) return undefined;
      const bytes = encode(value);
      checkSize(bytes);
      return bytes;
    },
    isFinished: () => false,
    resume: () => undefined,
  };
}
