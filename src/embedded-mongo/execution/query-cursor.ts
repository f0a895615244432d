import { encode } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import { checkSize, maxDocumentBytes } from '../storage/document-writer.ts';
import type { TimeSlice } from './time-slice.ts';

/** What a cursor reads from: documents as bytes, one at a time. */
export interface DocumentStream {
  next(): Promise<Buffer | undefined>;
  /** The next one without waiting, where that is possible; 'wait' asks for `next`. */
  tryNext?(): Buffer | undefined | 'wait';
  /** Whether it is known, without looking for more, that nothing follows. */
  isFinished(): boolean;
}

export interface Batch {
  readonly documents: Buffer[];
  readonly isDone: boolean;
}

/** A query's answer, read in batches of at most 16 MB. */
export class QueryCursor {
  readonly ns: string;
  readonly #stream: DocumentStream;
  readonly #slice: TimeSlice;
  /** Read already, and too big for the batch before. */
  #held: Buffer | undefined;

  constructor(ns: string, stream: DocumentStream, slice: TimeSlice) {
    this.ns = ns;
    this.#stream = stream;
    this.#slice = slice;
  }

  async nextBatch(size: number): Promise<Batch> {
    const batch = await this.#readBatch(size);
    this.#slice.suspend();
    return batch;
  }

  /** Begins work on another batch, which the client of this connection waits for. */
  resume(isAbandoned: () => boolean): void {
    this.#slice.resume(isAbandoned);
  }

  /** Ends what is being read. */
  kill(): void {
    this.#slice.kill();
  }

  async #readBatch(size: number): Promise<Batch> {
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
  };
}
