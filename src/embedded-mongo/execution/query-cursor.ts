import { encode } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import { checkSize, maxDocumentBytes } from '../storage/document-writer.ts';
import type { TimeSlice } from './time-slice.ts';

/** The source of a cursor: documents as bytes, one at a time. */
export interface DocumentStream {
  next(): Promise<Buffer | undefined>;
  /** The next document without waiting, if that is possible; 'wait' means that `next` must be called. */
  tryNext?(): Buffer | undefined | 'wait';
  /** Whether it is already known that nothing follows. */
  isFinished(): boolean;
}

export interface Batch {
  readonly documents: Buffer[];
  readonly isDone: boolean;
  /** Where to resume a change stream that has been read up to here. */
  readonly resumeToken?: Document;
}

/** Something that a client reads in batches. */
export interface Cursor {
  readonly ns: string;
  /** Whether to wait for a batch when there is nothing yet. */
  readonly awaitsData: boolean;
  /** `waitMs` is how long to wait for the first document if `awaitsData` is set. */
  nextBatch(size: number, waitMs?: number): Promise<Batch>;
  /** Begins work on another batch. The signal is aborted when the client disconnects. */
  resume(abandoned: AbortSignal): void;
  /** Ends the read in progress. */
  kill(): void;
}

/** A query's results, read in batches of at most 16 MB. */
export class QueryCursor implements Cursor {
  readonly ns: string;
  readonly awaitsData = false;
  readonly #stream: DocumentStream;
  readonly #slice: TimeSlice;
  /** A document already read that was too big for the previous batch. */
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

  resume(abandoned: AbortSignal): void {
    this.#slice.resume(() => abandoned.aborted);
  }

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

/** A stream over documents already in memory. */
export function streamOfList(documents: readonly Buffer[]): DocumentStream {
  let position = 0;
  const tryNext = (): Buffer | undefined => {
    position += 1;
    return documents[position - 1];
  };
  return { tryNext, next: async () => tryNext(), isFinished: () => position >= documents.length };
}

/** A stream over documents that are produced one after another. */
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
