import type { Db, Document } from 'mongodb';
import type { EventSink } from '../../domain/events.ts';
import type { Logger } from '../../observability/logger.ts';
import type { AnnouncedCollection } from './announced-collection.ts';
import { LivechatRooms } from './livechat-rooms.ts';
import { gone, PublishedStates, stateOf } from './published-states.ts';

/** A document that was written. */
export interface WrittenDocument {
  readonly collection: AnnouncedCollection;
  readonly id: string;
  /** The room that it belonged to, if it was deleted. */
  readonly roomId?: string | undefined;
}

export const keyOf = ({ collection, id }: WrittenDocument): string => `${collection.name} ${id}`;

/** A document whose turn it is. */
export interface TakenDocument extends WrittenDocument {
  readonly key: string;
  /** As it was stored, if it was new. */
  readonly document: Document | undefined;
}

export interface EventPublisherParts {
  readonly db: Db;
  readonly bus: EventSink;
  readonly logger: Logger;
}

/**
 * Reads documents that were written, and delivers the events of those that differ from what was last published to the
 * bus. Since a batch is read after the previous one was published, what is published about a document never goes
 * backwards, in whatever order its writes were acknowledged or observed.
 */
export class EventPublisher {
  readonly #parts: EventPublisherParts;
  readonly #published = new PublishedStates();
  readonly #livechatRooms: LivechatRooms;

  constructor(parts: EventPublisherParts) {
    this.#parts = parts;
    this.#livechatRooms = new LivechatRooms(parts.db.collection('rocketchat_room'));
  }

  /** Whether the document has been published recently. */
  knows(written: WrittenDocument): boolean {
    return this.#published.has(keyOf(written));
  }

  /** Whether anybody listens for the collection's documents. */
  hasListener({ subjects }: AnnouncedCollection): boolean {
    return subjects.some((subject) => this.#parts.bus.hasListener(subject));
  }

  /** @throws if the documents cannot be read; then none is published. */
  async publish(documents: readonly TakenDocument[]): Promise<void> {
    const read = await this.#readAll(documents.filter(({ document }) => document === undefined));
    const foreignRooms = await this.#foreignRooms(documents, read);
    for (const taken of documents) {
      try {
        if (taken.document) this.#publishNew(taken, taken.document);
        else this.#publishRead(taken, read.get(taken.key), foreignRooms);
      } catch (error) {
        this.#parts.logger.error({ err: error, document: taken.key }, 'a document could not be announced');
      }
    }
  }

  /** One query per collection. */
  async #readAll(documents: readonly TakenDocument[]): Promise<ReadonlyMap<string, Document>> {
    const ids = new Map<AnnouncedCollection, string[]>();
    for (const { collection, id } of documents) ids.set(collection, [...(ids.get(collection) ?? []), id]);
    const found = await Promise.all(
      [...ids].map(async ([collection, these]) => {
        const stored = this.#parts.db.collection<{ _id: string }>(collection.name);
        const list = await stored.find({ _id: { $in: these } }).toArray();
        return list.map((document) => [keyOf({ collection, id: document._id }), document] as const);
      }),
    );
    return new Map(found.flat());
  }

  /** The rooms of these documents that are not livechat rooms, or do not exist. */
  async #foreignRooms(
    documents: readonly TakenDocument[],
    read: ReadonlyMap<string, Document>,
  ): Promise<ReadonlySet<string>> {
    const rooms = documents.flatMap(({ key, collection }) => {
      const document = read.get(key);
      return (document && collection.roomToCheck?.(document)) ?? [];
    });
    const livechat = await this.#livechatRooms.among(rooms);
    return new Set(rooms.filter((room) => !livechat.has(room)));
  }

  /** A new document that has been published before was read since, and may have changed. */
  #publishNew(taken: TakenDocument, document: Document): void {
    if (!this.knows(taken)) this.#publishState(taken, document);
  }

  #publishRead(taken: TakenDocument, read: Document | undefined, foreignRooms: ReadonlySet<string>): void {
    const room = read && taken.collection.roomToCheck?.(read);
    if (read === undefined) this.#publishRemoval(taken);
    else if (room === undefined || !foreignRooms.has(room)) this.#publishState(taken, read);
  }

  #publishState({ key, collection }: TakenDocument, document: Document): void {
    const { bus } = this.#parts;
    const event = collection.eventOf(document);
    if (event === null || !bus.hasListener(event.subject)) return;
    const state = stateOf(document);
    if (this.#published.isNews(key, state)) bus.publish(event, state.bytes);
  }

  #publishRemoval(taken: TakenDocument): void {
    const { key, collection, id } = taken;
    const roomId = taken.roomId ?? this.#published.roomIdOf(key);
    if (!this.#published.isNews(key, { ...gone, roomId })) return;
    const [subject] = collection.subjects;
    this.#parts.bus.publish(
      { kind: 'removed', subject, id, ...(roomId === undefined ? {} : { roomId }) },
      gone.bytes,
    );
  }
}
