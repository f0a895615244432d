import type { Db, Document } from 'mongodb';
import type { EventSink } from '../../domain/events.ts';
import type { Logger } from '../../observability/logger.ts';
import type { AnnouncedCollection } from './announced-collection.ts';
import { LivechatRooms } from './livechat-rooms.ts';
import { gone, stateOf, ToldStates } from './told-states.ts';

/** A document that was written. */
export interface WrittenDocument {
  readonly collection: AnnouncedCollection;
  readonly id: string;
  /** The room that it belonged to, where it was deleted. */
  readonly roomId?: string | undefined;
}

export const keyOf = ({ collection, id }: WrittenDocument): string => `${collection.name} ${id}`;

/** One whose turn it is. */
export interface TakenDocument extends WrittenDocument {
  readonly key: string;
  /** As it was stored, where it was new. */
  readonly document: Document | undefined;
}

/** A secondary may be behind what was told of before. */
export const primary = { readPreference: 'primary' } as const;

export interface TellerParts {
  readonly db: Db;
  readonly bus: EventSink;
  readonly logger: Logger;
}

/**
 * Reads documents that were written, and hands the events of those that differ from what was told last to the bus. Since
 * one batch is read after the one before it was told, what is told of a document never goes back, in whatever order its
 * writes were acknowledged or heard of.
 */
export class Teller {
  readonly #parts: TellerParts;
  readonly #told = new ToldStates();
  readonly #livechatRooms: LivechatRooms;

  constructor(parts: TellerParts) {
    this.#parts = parts;
    this.#livechatRooms = new LivechatRooms(parts.db.collection('rocketchat_room'));
  }

  /** Whether the document has been told of lately. */
  knows(written: WrittenDocument): boolean {
    return this.#told.has(keyOf(written));
  }

  /** Whether anybody would be told of the collection's documents. */
  isHeard({ subjects }: AnnouncedCollection): boolean {
    return subjects.some((subject) => this.#parts.bus.isHeard(subject));
  }

  /** @throws where the documents cannot be read; then none is told of. */
  async tell(documents: readonly TakenDocument[]): Promise<void> {
    const read = await this.#readAll(documents.filter(({ document }) => document === undefined));
    const foreignRooms = await this.#foreignRooms(documents, read);
    for (const taken of documents) {
      try {
        if (taken.document) this.#tellNew(taken, taken.document);
        else this.#tellRead(taken, read.get(taken.key), foreignRooms);
      } catch (error) {
        this.#parts.logger.error({ err: error, document: taken.key }, 'a document could not be announced');
      }
    }
  }

  /** One query for each collection. */
  async #readAll(documents: readonly TakenDocument[]): Promise<ReadonlyMap<string, Document>> {
    const ids = new Map<AnnouncedCollection, string[]>();
    for (const { collection, id } of documents) ids.set(collection, [...(ids.get(collection) ?? []), id]);
    const found = await Promise.all(
      [...ids].map(async ([collection, these]) => {
        const stored = this.#parts.db.collection<{ _id: string }>(collection.name);
        const list = await stored.find({ _id: { $in: these } }, primary).toArray();
        return list.map((document) => [keyOf({ collection, id: document._id }), document] as const);
      }),
    );
    return new Map(found.flat());
  }

  /** The rooms of these documents that are no livechat rooms, or are not there. */
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

  /** A new document that is known was read since, and may have changed. */
  #tellNew(taken: TakenDocument, document: Document): void {
    if (!this.knows(taken)) this.#tellState(taken, document);
  }

  #tellRead(taken: TakenDocument, read: Document | undefined, foreignRooms: ReadonlySet<string>): void {
    const room = read && taken.collection.roomToCheck?.(read);
    if (read === undefined) this.#tellRemoval(taken);
    else if (room === undefined || !foreignRooms.has(room)) this.#tellState(taken, read);
  }

  #tellState({ key, collection }: TakenDocument, document: Document): void {
    const { bus } = this.#parts;
    const event = collection.eventOf(document);
    if (event === null || !bus.isHeard(event.subject)) return;
    const state = stateOf(document);
    if (this.#told.isNews(key, state)) bus.publish(event, state.bytes);
  }

  #tellRemoval(taken: TakenDocument): void {
    const { key, collection, id } = taken;
    const roomId = taken.roomId ?? this.#told.roomIdOf(key);
    if (!this.#told.isNews(key, { ...gone, roomId })) return;
    const [subject] = collection.subjects;
    this.#parts.bus.publish(
      { kind: 'removed', subject, id, ...(roomId === undefined ? {} : { roomId }) },
      gone.bytes,
    );
  }
}
