import type { Db, Document } from 'mongodb';
import type { EventSink, Subject } from '../../domain/events.ts';
import type { Logger } from '../../observability/logger.ts';
import type { StreamedCollection } from '../mongodb/change-stream.ts';
import { within } from '../mongodb/within.ts';
import type { AnnouncedCollection } from './announced-collection.ts';
import { AnnouncementQueue } from './announcement-queue.ts';
import { EventPublisher, keyOf, type WrittenDocument } from './event-publisher.ts';
import type { WriteReporter } from './write-reporter.ts';

/** Called with the id of each document that is written or deleted, at once, and as often as that is observed. */
export type IdListener = (id: string) => void;

interface FollowingPart {
  readonly listener: IdListener;
  readonly looksByDate: boolean;
}

/** A change that the feed observed. */
export interface ObservedChange {
  readonly collection: string;
  readonly id: string;
  /** Whether the document was new. */
  readonly isNew: boolean;
}

/**
 * How long this instance's writes wait to be confirmed by a change stream, which has them in the order of all
 * writers. On a sharded cluster with little to do, a stream can be seconds late.
 */
const defaultStreamWaitMs = 100;
/** At most this many wait for the stream. */
const maxUnconfirmed = 5_000;

/**
 * How long new documents of a subject are followed after its last listener has left: those who wait for changes come
 * and go, and each time another stream would have to be opened.
 */
const followedLongerMs = 60_000;

/** How long announcing what is waiting may take when stopping. */
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
  /** How long own writes wait for the change stream. */
  readonly streamWaitMs?: number | undefined;
}

/** The one place where changes are announced: those that stores report, and those that the feed observes. */
export class Announcer {
  readonly #collections: ReadonlyMap<string, AnnouncedCollection>;
  readonly #bus: EventSink;
  readonly #heardAt = new Map<Subject, number>();
  readonly #idListeners = new Map<string, readonly FollowingPart[]>();
  readonly #publisher: EventPublisher;
  readonly #queue: AnnouncementQueue;
  readonly #unconfirmed = new Map<string, Unconfirmed>();
  readonly #streamWaitMs: number;
  #isStreaming = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AnnouncerParts) {
    this.#bus = parts.bus;
    this.#streamWaitMs = parts.streamWaitMs ?? defaultStreamWaitMs;
    this.#collections = new Map(parts.collections.map((each) => [each.name, each]));
    this.#publisher = new EventPublisher(parts);
    this.#queue = new AnnouncementQueue(parts, this.#publisher);
  }

  /** The reporter for the writes of a collection's store. */
  reporterFor(collection: string): WriteReporter {
    return {
      added: (...documents) => this.#added(collection, documents),
      changed: (...ids) => {
        for (const id of ids) this.#writtenHere(collection, { id });
      },
      changedWhere: (where) => this.#writtenWhere(collection, where),
      removed: (documents) => {
        for (const { _id: id, rid: roomId } of documents) this.#writtenHere(collection, { id, roomId });
      },
    };
  }

  /** Calls a listener with the ids of what is written to a collection, for a part that reads the documents itself. */
  follow(collection: string, listener: IdListener, { looksByDate = false } = {}): void {
    const before = this.#idListeners.get(collection) ?? [];
    this.#idListeners.set(collection, [...before, { listener, looksByDate }]);
  }

  /** What somebody follows: collections, by name, without new documents that nobody listens for, or what is immaterial. */
  followed(): StreamedCollection[] {
    const names = new Set([...this.#idListeners.keys(), ...this.#listenedCollections()]);
    return [...names].sort().map((name) => ({
      name,
      exceptNew: this.#unheardIn(name),
      immaterial: this.#collections.get(name)?.immaterial,
    }));
  }

  /**
   * The followed collections that must be searched by date if there is no stream, unless their listeners do so
   * themselves.
   */
  followedByDate(): string[] {
    const byId = [...this.#idListeners].filter(([, all]) => all.some(({ looksByDate }) => !looksByDate));
    return [...new Set([...byId.map(([name]) => name), ...this.#listenedCollections()])].sort();
  }

  /** Announces a change that the feed observed; waits while too much is waiting already. */
  async observed({ collection: name, id, isNew }: ObservedChange): Promise<void> {
    this.#notifyIdListeners(name, id);
    const collection = this.#listenedCollection(name);
    if (collection === undefined) return;
    const written = { collection, id };
    const key = keyOf(written);
    const here = this.#unconfirmed.get(key);
    this.#unconfirmed.delete(key);
    // Its store has reported it, which did not wait for the stream.
    if (isNew && here === undefined && this.#publisher.knows(written)) return;
    await this.#queue.room();
    this.#queue.add(here?.written ?? written, isNew ? here?.document : undefined);
  }

  /** Sets whether a change stream reports this instance's writes, too. */
  setStreaming(isStreaming: boolean): void {
    this.#isStreaming = isStreaming;
    if (!isStreaming) this.#confirmUntil(Number.POSITIVE_INFINITY);
  }

  /** Resolves once everything observed so far is announced. */
  settled(): Promise<void> {
    return this.#queue.settled();
  }

  /**
   * Announces what is waiting, if that does not take long, and nothing more.
   * @returns whether that was everything.
   */
  async stop(): Promise<boolean> {
    this.setStreaming(false);
    clearTimeout(this.#timer);
    await within(this.#queue.settled(), stopGraceMs);
    // The end of the last batch is one turn of the event loop away.
    await new Promise(setImmediate);
    return this.#queue.stop();
  }

  #added(name: string, documents: readonly { readonly _id: string }[]): void {
    const unheard = this.#unheardIn(name);
    for (const document of documents) {
      if (unheard.some((fields) => hasFields(document, fields))) continue;
      this.#writtenHere(name, { id: document._id }, document);
    }
  }

  #writtenHere(name: string, given: Pick<WrittenDocument, 'id' | 'roomId'>, document?: Document): void {
    this.#notifyIdListeners(name, given.id);
    const collection = this.#listenedCollection(name);
    if (collection === undefined) return;
    const written = { collection, ...given };
    // The stream was faster.
    if (document !== undefined && this.#publisher.knows(written)) return;
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
    const collection = this.#listenedCollection(name);
    if (collection !== undefined) this.#queue.addWhere({ collection, where });
  }

  #listenedCollection(name: string): AnnouncedCollection | undefined {
    const collection = this.#collections.get(name);
    return collection && this.#publisher.hasListener(collection) ? collection : undefined;
  }

  #listenedCollections(): string[] {
    const heard = [...this.#collections.values()].filter((each) => this.#publisher.hasListener(each));
    return heard.map(({ name }) => name);
  }

  /** The fields of new documents that nobody is told of; none if somebody is told of every id. */
  #unheardIn(name: string): Document[] {
    const fieldsOfNew = this.#idListeners.has(name) ? {} : (this.#collections.get(name)?.fieldsOfNew ?? {});
    return Object.entries(fieldsOfNew).flatMap(([subject, fields]) =>
      this.#isFollowed(subject as Subject) ? [] : [fields],
    );
  }

  #isFollowed(subject: Subject): boolean {
    const now = performance.now();
    if (this.#bus.hasListener(subject)) this.#heardAt.set(subject, now);
    return now - (this.#heardAt.get(subject) ?? Number.NEGATIVE_INFINITY) < followedLongerMs;
  }

  #notifyIdListeners(collection: string, id: string): void {
    for (const { listener } of this.#idListeners.get(collection) ?? []) listener(id);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#confirmUntil(performance.now() - this.#streamWaitMs);
      if (this.#unconfirmed.size > 0) this.#schedule();
    }, this.#streamWaitMs).unref();
  }

  /** Announces what has been waiting for the stream since then or longer. */
  #confirmUntil(time: number): void {
    for (const [key, { written, document, since }] of this.#unconfirmed) {
      if (since > time) return;
      this.#unconfirmed.delete(key);
      this.#queue.add(written, document);
    }
  }
}

const hasFields = (document: Document, fields: Document): boolean =>
  Object.entries(fields).every(([name, value]) => document[name] === value);
