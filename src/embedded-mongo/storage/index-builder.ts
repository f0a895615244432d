import type { Document } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { defineIndex, type Index } from '../index/index-definition.ts';
import { isAlreadyThere } from '../index/index-specification.ts';
import type { Catalog, Collection } from './catalog.ts';
import { ChangeKind } from './change-record.ts';
import type { DocumentWriter } from './document-writer.ts';
import { IndexFiller } from './index-filler.ts';
import type { RecordId } from './layout.ts';
import type { Store, Writer } from './store.ts';

const maxIndexes = 64;

/** How much memory a build takes for the entries that it has yet to write. */
const defaultMostBytes = 32 * 1024 * 1024;

/** The result of creating indexes. */
export interface IndexesCreated {
  before: number;
  after: number;
  createdCollection: boolean;
}

/** Indexes that are being built, by number, and the collection that has them. */
interface Build {
  readonly ns: string;
  readonly uuid: string;
  readonly ids: readonly number[];
  /** The first record that may lack entries. */
  readonly start: RecordId;
  /** The first record that came after the build began, or went on. */
  readonly end: RecordId;
}

/** What a command is about to build, or that there is nothing to be built. */
interface Begun extends Omit<IndexesCreated, 'after'> {
  readonly build: Build;
  readonly isReady: boolean;
}

const readySpecs = (collection: Collection | undefined): Document[] =>
  collection?.indexes.filter((index) => index.isReady).map((index) => index.spec) ?? [];

/**
 * Builds indexes over a collection's documents while writes continue. What a stop or a crash interrupts goes on at the
 * next start; until then, and meanwhile, writes see to the entries of unfinished indexes, too.
 */
export class IndexBuilder {
  readonly #store: Store;
  readonly #catalog: Catalog;
  readonly #documents: DocumentWriter;
  /** The builds in progress, by namespace: one after another. */
  readonly #building = new Map<string, Promise<void>>();
  readonly #mostBytes: number;
  #isStopping = false;

  constructor(store: Store, catalog: Catalog, documents: DocumentWriter, mostBytes = defaultMostBytes) {
    this.#store = store;
    this.#catalog = catalog;
    this.#documents = documents;
    this.#mostBytes = mostBytes;
  }

  /**
   * Creates missing indexes: all of them, or none if one cannot be built. Resolves when the indexes serve queries,
   * including those that another command is building.
   */
  async create(ns: string, specs: readonly Document[]): Promise<IndexesCreated> {
    const found = await this.#store.write(() => this.#find(ns, specs));
    return found ?? this.#inTurn(ns, () => this.#create(ns, specs));
  }

  /** Goes on with the builds that were interrupted, at the start. Whoever requests the same indexes waits for them. */
  resume(): void {
    for (const { ns, indexes } of this.#catalog.collections()) {
      if (indexes.every(({ isReady }) => isReady)) continue;
      // Nobody waits for it any more. If it fails, whoever requests the indexes again learns why.
      this.#inTurn(ns, () => this.#resume(ns)).catch(() => undefined);
    }
  }

  /** Ends the builds in progress; the next start goes on with them. Resolves when they write nothing any more. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#building.values());
  }

  /** The result if all the indexes are there already, which need not wait for other builds. */
  #find(ns: string, specs: readonly Document[]): IndexesCreated | undefined {
    const ready = readySpecs(this.#catalog.get(ns));
    if (!specs.every((spec) => isAlreadyThere(ready, spec))) return undefined;
    return { before: ready.length, after: ready.length, createdCollection: false };
  }

  /** Builds something when the builds of the collection that came before have ended. */
  async #inTurn<T>(ns: string, build: () => Promise<T>): Promise<T> {
    const before = this.#building.get(ns) ?? Promise.resolve();
    const built = before.then(build);
    const settled = built.then(
      () => undefined,
      () => undefined,
    );
    this.#building.set(ns, settled);
    try {
      return await built;
    } finally {
      if (this.#building.get(ns) === settled) this.#building.delete(ns);
    }
  }

  async #create(ns: string, specs: readonly Document[]): Promise<IndexesCreated> {
    const { build, isReady, before, createdCollection } = await this.#store.write((writer) =>
      this.#begin(writer, ns, specs),
    );
    const after = build.ids.length > 0 ? await this.#finish(build, isReady) : before;
    return { before, after, createdCollection };
  }

  async #resume(ns: string): Promise<void> {
    const build = await this.#store.write(() => {
      const collection = this.#catalog.get(ns);
      const unfinished = collection?.indexes.filter((index) => !index.isReady) ?? [];
      return collection && unfinished.length > 0 ? this.#buildOf(collection, unfinished) : undefined;
    });
    if (build) await this.#finish(build, false);
  }

  /** Builds indexes and publishes them; returns how many the collection has then. If one cannot be built, none is. */
  async #finish(build: Build, isReady: boolean): Promise<number> {
    try {
      if (!isReady) await this.#fillerOf(build).fill(build.start, build.end);
      return await this.#publish(build);
    } catch (error) {
      // If the disk does not even accept this, the next build or the next pass of maintenance does it.
      if (!this.#isStopping) await this.#discard(build.ids).catch(() => undefined);
      throw error;
    } finally {
      for (const id of build.ids) this.#documents.rewritten.delete(id);
    }
  }

  /** Removes what a full disk left of indexes that could not be built. */
  async discardUnfinished(): Promise<void> {
    if (this.#isStopping) return;
    const unfinished = this.#catalog
      .collections()
      .filter(({ ns }) => !this.#building.has(ns))
      .flatMap(({ indexes }) => indexes.filter((index) => !index.isReady).map((index) => index.id));
    if (unfinished.length > 0) await this.#discard(unfinished);
  }

  #begin(writer: Writer, ns: string, specs: readonly Document[]): Begun {
    const existing = this.#catalog.get(ns);
    // A collection's builds run one after another, so no build owns an index that is not ready.
    const left = existing?.indexes.filter((index) => !index.isReady) ?? [];
    const known = readySpecs(existing);
    const wanted: Document[] = [];
    for (const spec of specs) if (!isAlreadyThere([...known, ...wanted], spec)) wanted.push(spec);
    if (known.length + wanted.length > maxIndexes) {
      throw new MongoError(ErrorCode.CannotCreateIndex, `add index fails, too many indexes for ${ns}`);
    }
    if (existing) this.#remove(writer, existing, left);
    const collection = existing ?? this.#catalog.create(ns);
    const before = collection.indexes.length;
    const isReady = collection.count === 0 || wanted.length === 0;
    const added = wanted
      .filter((spec) => spec.name !== '_id_')
      .map((spec) => defineIndex(this.#catalog.newId(), spec, { isReady }));
    collection.indexes = [...collection.indexes, ...added];
    if (added.length > 0) this.#catalog.markChanged(collection);
    return { build: this.#buildOf(collection, added), isReady, before, createdCollection: !existing };
  }

  /** From now on it is known which records are rewritten; inside a write job. */
  #buildOf({ ns, uuid, nextRecordId }: Collection, added: readonly Index[]): Build {
    for (const { id } of added) this.#documents.rewritten.set(id, new Set());
    const start = Math.min(...added.map(({ nextToBuild }) => nextToBuild));
    return { ns, uuid, ids: added.map(({ id }) => id), start, end: nextRecordId };
  }

  /**
   * The collection and the indexes of a build as they are now: the catalog is read again after a failed transaction,
   * and others may drop them. Throws InterruptedAtShutdown (11600), QueryPlanKilled (175), IndexBuildAborted (276).
   */
  #current({ ns, uuid, ids }: Build): { collection: Collection; added: Index[] } {
    if (this.#isStopping) throw new MongoError(ErrorCode.InterruptedAtShutdown, 'The server is stopping');
    const collection = this.#catalog.get(ns);
    if (collection?.uuid !== uuid)
      throw new MongoError(ErrorCode.QueryPlanKilled, `collection dropped. UUID ${uuid}`);
    const added = collection.indexes.filter((index) => ids.includes(index.id));
    if (added.length < ids.length) throw new MongoError(ErrorCode.IndexBuildAborted, 'Index build aborted');
    return { collection, added };
  }

  #fillerOf(build: Build): IndexFiller {
    const parts = {
      store: this.#store,
      documents: this.#documents,
      mostCollectedBytes: this.#mostBytes,
      current: () => this.#current(build),
    };
    return new IndexFiller(parts, build.ids);
  }

  /** Makes the indexes available to queries; returns how many the collection has then. */
  #publish(build: Build): Promise<number> {
    return this.#store.write(() => {
      const { collection, added } = this.#current(build);
      for (const index of added) if (!index.isReady) this.#catalog.markChanged(collection);
      for (const index of added) index.isReady = true;
      this.#catalog.noteIndexes(ChangeKind.createIndexes, collection, added);
      return collection.indexes.length;
    });
  }

  /** Removes indexes wherever they are: their collection may have been renamed. */
  async #discard(ids: readonly number[]): Promise<void> {
    await this.#store.write((writer) => {
      for (const collection of this.#catalog.collections()) {
        const doomed = collection.indexes.filter((index) => ids.includes(index.id));
        this.#remove(writer, collection, doomed);
      }
    });
  }

  #remove(writer: Writer, collection: Collection, doomed: readonly Index[]): void {
    if (doomed.length > 0) this.#catalog.removeIndexes(collection, doomed, writer);
  }
}
