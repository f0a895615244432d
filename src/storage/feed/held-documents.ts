import { BSON, type Document } from 'mongodb';

/** New documents as stored, kept until it is their turn, as far as they fit. */
export class HeldDocuments {
  readonly #maxBytes: number;
  readonly #held = new Map<string, { readonly document: Document; readonly bytes: number }>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  hold(key: string, document: Document): void {
    const bytes = BSON.calculateObjectSize(document, { ignoreUndefined: true });
    if (this.#bytes + bytes > this.#maxBytes) return;
    this.#held.set(key, { document, bytes });
    this.#bytes += bytes;
  }

  /** Returns the document and drops it. */
  take(key: string): Document | undefined {
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    this.#held.delete(key);
    this.#bytes -= held.bytes;
    return held.document;
  }

  clear(): void {
    this.#held.clear();
    this.#bytes = 0;
  }
}
