// An engine on files of its own, whose disk can be full and which can end as abruptly as by a kill.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { decode, encode } from '../../src/embedded-mongo/bson/raw.ts';
import type { Document } from '../../src/embedded-mongo/bson/types.ts';
import { createEngine, type Engine, type EngineOptions } from '../../src/embedded-mongo/engine.ts';
import { ErrorCode, MongoError } from '../../src/embedded-mongo/errors.ts';
import { valueKey } from '../../src/embedded-mongo/index/key-encoding.ts';
import type { Collection } from '../../src/embedded-mongo/storage/catalog.ts';
import { documentKey } from '../../src/embedded-mongo/storage/layout.ts';
import { Store, type Writer } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';

const ns = 'd.items';

/** A store whose disk can be full. */
class FillableStore extends Store {
  /** How many transactions there is still room for. */
  room = Number.POSITIVE_INFINITY;
  /** What to do before each further transaction. */
  beforeWrite: IterableIterator<() => Promise<unknown>> = [].values();

  override async write<T>(run: (writer: Writer) => T): Promise<T> {
    await this.beforeWrite.next().value?.();
    this.room -= 1;
    if (this.room >= 0) return super.write(run);
    this.afterFailure();
    throw new MongoError(ErrorCode.OutOfDiskSpace, 'no room');
  }
}

/** An engine with one collection. */
export class TestEngine {
  readonly ns = ns;
  readonly #directory = temporaryDirectory();
  store: FillableStore;
  engine: Engine;

  constructor() {
    this.store = this.#openStore();
    this.engine = createEngine(this.store);
  }

  #openStore(): FillableStore {
    return new FillableStore(path.join(this.#directory, 'test.mdb'));
  }

  /** Opens the files again, as after a kill: what was not committed is gone, and so is what was in memory. */
  async restart(options: EngineOptions = {}): Promise<void> {
    await this.store.close();
    this.store = this.#openStore();
    this.engine = createEngine(this.store, options);
  }

  async stop(): Promise<void> {
    this.store.room = Number.POSITIVE_INFINITY;
    await this.store.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  items(): Collection {
    return this.engine.catalog.get(ns) ?? this.engine.catalog.create(ns);
  }

  /** Stores documents in one transaction; they get the next records, which begin at 1. */
  insert(...documents: readonly Document[]): Promise<void> {
    return this.store.write((writer) => {
      for (const document of documents) {
        const idKey = valueKey(document._id ?? null);
        this.engine.documents.insert(writer, this.items().ns, encode(document), idKey);
      }
    });
  }

  /** Gives a document another version; false if it is gone. */
  async replace(recordId: number, to: Document): Promise<boolean> {
    const bytes = this.store.get(documentKey(this.items().id, recordId));
    if (!bytes) return false;
    const from = decode(bytes);
    await this.store.write((writer) =>
      this.engine.documents.replace(writer, this.items(), { recordId, bytes }, { from, to }),
    );
    return true;
  }

  remove(recordId: number): Promise<void> {
    return this.store.write((writer) => {
      const bytes = this.store.get(documentKey(this.items().id, recordId));
      if (bytes) this.engine.documents.remove(writer, this.items(), { recordId, bytes });
    });
  }
}
