import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { BSON, type Document } from 'mongodb';

/** A document as it was read. */
export interface State {
  readonly fingerprint: string;
  /** The size of the document. */
  readonly bytes: number;
  readonly roomId?: string | undefined;
}

/** The state of a document that does not exist. */
export const gone: State = { fingerprint: 'gone', bytes: 0 };

/** The state of a document, as stored or read. */
export function stateOf(document: Document): State {
  const serialized = BSON.serialize(document, { ignoreUndefined: true });
  const fingerprint = createHash('sha256').update(serialized).digest('base64url').slice(0, 22);
  const roomId = typeof document.rid === 'string' ? document.rid : undefined;
  return { fingerprint, bytes: serialized.byteLength, roomId };
}

/** This many documents are remembered: those of some seconds even under a heavy load, in about ten megabytes. */
const capacity = 50_000;

/**
 * The state in which each document was last published, so that a state is published once although its change is seen
 * twice, from the store that wrote it and from the feed. What has been forgotten is published again.
 */
export class PublishedStates {
  readonly #states = new LRUCache<string, Pick<State, 'fingerprint' | 'roomId'>>({ max: capacity });

  /** Whether the document was published, and not as removed. */
  has(key: string): boolean {
    return (this.#states.get(key)?.fingerprint ?? gone.fingerprint) !== gone.fingerprint;
  }

  roomIdOf(key: string): string | undefined {
    return this.#states.get(key)?.roomId;
  }

  /**
   * Remembers the state.
   * @returns whether it differs from the one published before.
   */
  isNews(key: string, { fingerprint, roomId }: State): boolean {
    const isNews = this.#states.get(key)?.fingerprint !== fingerprint;
    this.#states.set(key, { fingerprint, roomId });
    return isNews;
  }
}
