import type { Db, Document, Filter } from 'mongodb';
import type { EventSink } from '../../domain/events.ts';
import type { Logger } from '../../observability/logger.ts';
import { isDatabaseUnavailable } from '../mongodb/client.ts';
import { pause } from '../mongodb/pause.ts';
import type { AnnouncedCollection } from './announced-collection.ts';
import { type EventPublisher, keyOf, type WrittenDocument } from './event-publisher.ts';
import { HeldDocuments } from './held-documents.ts';

/** All documents that match a filter. */
export interface WrittenDocuments {
  readonly collection: AnnouncedCollection;
  readonly where: Document;
}

/** Somebody who waits until everything before is announced. */
interface Marker {
  readonly reached: () => void;
}

type Waiting = WrittenDocument | WrittenDocuments | Marker;

const batchSize = 100;
/** So many filters are looked up at a time, each of which may meet as many documents as may wait. */
const filtersAtATime = 20;
/** At most this many documents wait; that many are read in seconds. */
const maxWaiting = 10_000;
/** New documents beyond this size are read when it is their turn, like changed ones. */
const maxHeldBytes = 8 * 1024 * 1024;
const retryMs = 500;

export interface AnnouncementQueueParts {
  readonly db: Db;
  readonly bus: EventSink;
  readonly logger: Logger;
}

/**
 * The changes that wait to be announced. Batches follow one another in the order in which stores and the feed
 * reported the writes.
 */
export class AnnouncementQueue {
  readonly #parts: AnnouncementQueueParts;
  readonly #publisher: EventPublisher;
  readonly #stopping = new AbortController();
  readonly #held = new HeldDocuments(maxHeldBytes);
  #waiting = new Map<string, Waiting>();
  #numbered = 0;
  #isRunning = false;
  #roomAwaited: (() => void)[] = [];

  constructor(parts: AnnouncementQueueParts, publisher: EventPublisher) {
    this.#parts = parts;
    this.#publisher = publisher;
  }

  /** Resolves when there is room for more from the feed, which can wait; the stores' reports cannot. */
  async room(): Promise<void> {
    while (this.#waiting.size > maxWaiting / 2 && !this.#stopping.signal.aborted)
      await new Promise<void>((resolve) => this.#roomAwaited.push(resolve));
  }

  /**
   * Adds the document after everything that is waiting, since it may refer to that, as a room does to its last
   * message.
   * @param document a new document as it was stored; without it the document is read.
   */
  add(written: WrittenDocument, document?: Document): void {
    const key = keyOf(written);
    const isAlone = !this.#waiting.delete(key);
    this.#held.take(key);
    this.#enqueue(key, written);
    // Reported twice, it may have changed since it was new.
    if (document !== undefined && isAlone) this.#held.hold(key, document);
  }

  addWhere(written: WrittenDocuments): void {
    this.#enqueue(this.#number(), written);
  }

  /** Resolves once everything added so far is announced; never if that does not happen before the stop. */
  settled(): Promise<void> {
    if (!this.#isRunning) return Promise.resolve();
    return new Promise((reached) => this.#enqueue(this.#number(), { reached }));
  }

  /**
   * Announces nothing more.
   * @returns whether nothing is left to announce.
   */
  stop(): boolean {
    this.#stopping.abort();
    this.#wakeThoseWhoAwaitRoom();
    return !this.#isRunning;
  }

  #number(): string {
    this.#numbered += 1;
    return `number ${this.#numbered}`;
  }

  #enqueue(key: string, waiting: Waiting): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#waiting.size >= maxWaiting) this.#giveUp('too many are waiting');
    this.#waiting.set(key, waiting);
    if (!this.#isRunning) void this.#run();
  }

  #wakeThoseWhoAwaitRoom(): void {
    for (const wake of this.#roomAwaited.splice(0)) wake();
  }

  #giveUp(why: string, error?: unknown): void {
    const { bus, logger } = this.#parts;
    logger.warn({ err: error, documents: this.#waiting.size }, `changes are not announced: ${why}`);
    for (const waiting of this.#waiting.values()) if ('reached' in waiting) waiting.reached();
    this.#waiting = new Map();
    this.#held.clear();
    bus.publish({ kind: 'missed' }, 0);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    // Everything reported in the same turn of the event loop is read together.
    await new Promise(setImmediate);
    let isFailing = false;
    while (this.#waiting.size > 0 && !this.#stopping.signal.aborted) {
      const batch = this.#take();
      try {
        await this.#announce(batch);
        isFailing = false;
        this.#wakeThoseWhoAwaitRoom();
      } catch (error) {
        if (!isDatabaseUnavailable(error)) {
          this.#giveUp('they cannot be read', error);
          continue;
        }
        this.#putFirst(batch);
        if (!isFailing) this.#parts.logger.warn({ err: error }, 'changes are announced later');
        isFailing = true;
        await pause(retryMs, this.#stopping.signal);
      }
    }
    this.#isRunning = this.#waiting.size > 0;
  }

  /** The next documents and filters, or the next marker. */
  #take(): ReadonlyMap<string, Waiting> {
    const batch = new Map<string, Waiting>();
    let filters = 0;
    for (const [key, waiting] of this.#waiting) {
      const isMarker = 'reached' in waiting;
      if (isMarker && batch.size > 0) break;
      batch.set(key, waiting);
      this.#waiting.delete(key);
      if ('where' in waiting) filters += 1;
      if (isMarker || batch.size === batchSize || filters === filtersAtATime) break;
    }
    return batch;
  }

  #putFirst(batch: ReadonlyMap<string, Waiting>): void {
    const later = this.#waiting;
    this.#waiting = new Map(batch);
    for (const [key, waiting] of later) {
      this.#waiting.delete(key);
      this.#waiting.set(key, waiting);
    }
  }

  async #announce(batch: ReadonlyMap<string, Waiting>): Promise<void> {
    const documents = await this.#expand(batch);
    if (documents.size + this.#waiting.size > maxWaiting) return this.#giveUp('writes met too many');
    if (documents.size === 0) return;
    const keyed = [...documents];
    const now = keyed.slice(0, batchSize);
    await this.#publisher.publish(
      now.map(([key, written]) => ({ ...written, key, document: this.#held.take(key) })),
    );
    if (keyed.length > batchSize) this.#putFirst(new Map(keyed.slice(batchSize)));
  }

  /**
   * The documents of a batch, with those that its filters meet: however many filters there are, they take one round
   * trip. What is waiting again by then is announced in its turn.
   */
  async #expand(batch: ReadonlyMap<string, Waiting>): Promise<Map<string, WrittenDocument>> {
    const met = await Promise.all([...batch.values()].map((waiting) => this.#documentsOf(waiting)));
    const documents = new Map(met.flat().map((written) => [keyOf(written), written]));
    for (const key of documents.keys()) if (this.#waiting.has(key)) documents.delete(key);
    return documents;
  }

  /** Documents themselves, and those that match a filter. */
  async #documentsOf(waiting: Waiting): Promise<readonly WrittenDocument[]> {
    if ('id' in waiting) return [waiting];
    if ('reached' in waiting) {
      waiting.reached();
      return [];
    }
    const { collection, where } = waiting;
    const found = await this.#parts.db
      .collection<{ _id: string }>(collection.name)
      .find(where as Filter<{ _id: string }>, { projection: { _id: 1 }, limit: maxWaiting })
      .toArray();
    return found.map(({ _id: id }) => ({ collection, id }));
  }
}
