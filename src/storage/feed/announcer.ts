import type { Db, Document } from 'mongodb';
import type { EventSink } from '../../domain/events.ts';
import type { Logger } from '../../observability/logger.ts';
import { pause } from '../mongodb/pause.ts';
import type { AnnouncedCollection } from './announced-collection.ts';
import { AnnouncementQueue } from './announcement-queue.ts';
import { keyOf, Teller, type WrittenDocument } from './teller.ts';
import type { Written } from './written.ts';

/** Is told the id of each document that is written or deleted, at once, and as often as it is heard of. */
export type IdListener = (id: string) => void;

interface FollowingPart {
  readonly listener: IdListener;
  readonly looksByDate: boolean;
}

/** A change that the feed has heard of. */
export interface HeardChange {
  readonly collection: string;
  readonly id: string;
  /** Whether the document was new. */
  readonly isNew: boolean;
}

/**
 * How long what was written here waits to be heard of from a change stream, which has it in the order of all writers.
 * On a sharded cluster with little to do a stream can be seconds late.
 */
const streamPatienceMs = 100;
/** More than this do not wait for the stream. */
const maxUnconfirmed = 5_000;

/** How long what waits may take to be announced at the end. */
const stopGraceMs = 500;

interface Unconfirmed {
  readonly written: WrittenDocument;
  readonly document: Document | undefined;
  readonly since: number;
}

export interface AnnouncerParts {
  readonly db: Db;
  readonly bus: EventSink;
  readonly collections: readonly AnnouncedCollection[];
  readonly logger: Logger;
}

/** The one place where changes are announced: those that stores tell of, and those that the feed hears of. */
export class Announcer {
  readonly #collections: ReadonlyMap<string, AnnouncedCollection>;
  readonly #idListeners = new Map<string, readonly FollowingPart[]>();
  readonly #teller: Teller;
  readonly #queue: AnnouncementQueue;
  readonly #unconfirmed = new Map<string, Unconfirmed>();
  #isStreaming = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AnnouncerParts) {
    this.#collections = new Map(parts.collections.map((each) => [each.name, each]));
    this.#teller = new Teller(parts);
    this.#queue = new AnnouncementQueue(parts, this.#teller);
  }

  /** What the store of a collection tells of its writes. */
  written(collection: string): Written {
    return {
      added: (document) => this.#writtenHere(collection, { id: document._id }, document),
      changed: (...ids) => {
        for (const id of ids) this.#writtenHere(collection, { id });
      },
      changedWhere: (where) => this.#writtenWhere(collection, where),
      removed: (documents) => {
        for (const { _id: id, rid: roomId } of documents) this.#writtenHere(collection, { id, roomId });
      },
    };
  }

  /** Tells of what is written to a collection by its id alone, for a part that reads the documents itself. */
  follow(collection: string, listener: IdListener, { looksByDate = false } = {}): void {
    const before = this.#idListeners.get(collection) ?? [];
    this.#idListeners.set(collection, [...before, { listener, looksByDate }]);
  }

  /** The collections that somebody wants to know of. */
  followed(): string[] {
    return [...new Set([...this.#idListeners.keys(), ...this.#heardCollections()])].sort();
  }

  /** Those of them that are to be looked at by date where there is no stream: not what its listeners look at so. */
  followedByDate(): string[] {
    const byId = [...this.#idListeners].filter(([, all]) => all.some(({ looksByDate }) => !looksByDate));
    return [...new Set([...byId.map(([name]) => name), ...this.#heardCollections()])].sort();
  }

  /** Announces what the feed has heard of; waits while too much is waiting already. */
  async heard({ collection: name, id, isNew }: HeardChange): Promise<void> {
    this.#tellIds(name, id);
    const collection = this.#heardCollection(name);
    if (collection === undefined) return;
    const written = { collection, id };
    const key = keyOf(written);
    const here = this.#unconfirmed.get(key);
    this.#unconfirmed.delete(key);
    // Its store has told of it, which did not wait for the stream.
    if (isNew && here === undefined && this.#teller.knows(written)) return;
    this.#queue.add(here?.written ?? written, isNew ? here?.document : undefined);
    if (!this.#queue.hasRoom) await this.#queue.settled();
  }

  /** Whether a change stream tells of what is written here, too. */
  setStreaming(isStreaming: boolean): void {
    this.#isStreaming = isStreaming;
    if (!isStreaming) this.#confirmUntil(Number.POSITIVE_INFINITY);
  }

  /** Resolves once all that has been heard of is announced. */
  settled(): Promise<void> {
    return this.#queue.settled();
  }

  /** Announces what waits, if that does not take long, and nothing more. @returns whether that was all. */
  async stop(): Promise<boolean> {
    this.setStreaming(false);
    clearTimeout(this.#timer);
    const settled = new AbortController();
    await Promise.race([this.#queue.settled(), pause(stopGraceMs, settled.signal)]);
    settled.abort();
    return this.#queue.stop();
  }

  #writtenHere(name: string, given: Pick<WrittenDocument, 'id' | 'roomId'>, document?: Document): void {
    this.#tellIds(name, given.id);
    const collection = this.#heardCollection(name);
    if (collection === undefined) return;
    const written = { collection, ...given };
    // The stream was faster.
    if (document !== undefined && this.#teller.knows(written)) return;
    if (this.#isStreaming) this.#awaitStream(written, document);
    else this.#queue.add(written, document);
  }

  #awaitStream(written: WrittenDocument, document: Document | undefined): void {
    const key = keyOf(written);
    const before = this.#unconfirmed.get(key);
    const since = before?.since ?? performance.now();
    this.#unconfirmed.set(key, { written, document: before ? undefined : document, since });
    if (this.#unconfirmed.size > maxUnconfirmed) this.#confirmUntil(Number.POSITIVE_INFINITY);
    this.#schedule();
  }

  #writtenWhere(name: string, where: Document): void {
    const collection = this.#heardCollection(name);
    if (collection !== undefined) this.#queue.addWhere({ collection, where });
  }

  #heardCollection(name: string): AnnouncedCollection | undefined {
    const collection = this.#collections.get(name);
    return collection && this.#teller.isHeard(collection) ? collection : undefined;
  }

  #heardCollections(): string[] {
    const heard = [...this.#collections.values()].filter((each) => this.#teller.isHeard(each));
    return heard.map(({ name }) => name);
  }

  #tellIds(collection: string, id: string): void {
    for (const { listener } of this.#idListeners.get(collection) ?? []) listener(id);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#confirmUntil(performance.now() - streamPatienceMs);
      if (this.#unconfirmed.size > 0) this.#schedule();
    }, streamPatienceMs).unref();
  }

  /** Announces what has waited for the stream since a moment or longer. */
  #confirmUntil(moment: number): void {
    for (const [key, { written, document, since }] of this.#unconfirmed) {
      if (since > moment) return;
      this.#unconfirmed.delete(key);
      this.#queue.add(written, document);
    }
  }
}
