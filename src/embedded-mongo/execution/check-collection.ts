import { checkStructure } from '../bson/check-structure.ts';
import { decode } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import type { Index } from '../index/index-definition.ts';
import { indexKeysOf } from '../index/index-keys.ts';
import type { Collection } from '../storage/catalog.ts';
import { entryKey } from '../storage/document-writer.ts';
import {
  decodeRecordId,
  documentKey,
  documentsPrefix,
  encodeRecordId,
  indexPrefix,
  prefixEnd,
  type RecordId,
  recordIdOfDocumentKey,
} from '../storage/layout.ts';
import { attempt, type Entry } from '../storage/store.ts';
import { RangeReader } from './range-reader.ts';
import type { TimeSlice } from './time-slice.ts';

/** Listing more would help nobody. */
const mostErrors = 100;

/** What the check found out about an index. */
export interface IndexCheck {
  readonly name: string;
  /** The number of entries it holds. */
  keys: number;
  /** The number of entries that its documents call for. */
  expected: number;
  missing: number;
  /** Entries that point to nothing. */
  dangling: number;
}

/** What the check found out about a collection. */
export interface CollectionCheck {
  records: number;
  dataBytes: number;
  invalid: number;
  /** The first few of the invalid records. */
  readonly invalidRecords: RecordId[];
  readonly indexes: readonly IndexCheck[];
  readonly errors: string[];
  /** Whether something was written during the check: numbers from different moments cannot be compared. */
  hasMoved: boolean;
}

/** Reads a whole collection and its indexes and compares them, a few milliseconds at a time. */
class CollectionChecker {
  readonly #engine: Engine;
  readonly #collection: Collection;
  readonly #slice: TimeSlice;
  readonly #indexes: readonly Index[];
  readonly #found: CollectionCheck;

  constructor(engine: Engine, collection: Collection, slice: TimeSlice) {
    this.#engine = engine;
    this.#collection = collection;
    this.#slice = slice;
    this.#indexes = collection.indexes.filter((index) => index.isReady);
    const indexes = this.#indexes.map(({ name }) => ({
      name,
      keys: 0,
      expected: 0,
      missing: 0,
      dangling: 0,
    }));
    this.#found = {
      records: 0,
      dataBytes: 0,
      invalid: 0,
      invalidRecords: [],
      indexes,
      errors: [],
      hasMoved: false,
    };
  }

  async check(): Promise<CollectionCheck> {
    const startedAt = this.#engine.changes.last;
    await this.#walk(documentsPrefix(this.#collection.id), (entry) => this.#checkRecord(entry));
    for (const [i, index] of this.#indexes.entries()) {
      const found = this.#found.indexes[i] as IndexCheck;
      await this.#walk(indexPrefix(index.id), (entry) => this.#checkEntry(found, entry));
    }
    this.#found.hasMoved = this.#engine.changes.last !== startedAt;
    if (!this.#found.hasMoved) this.#compareNumbers();
    return this.#found;
  }

  async #walk(prefix: Buffer, visit: (entry: Entry) => void): Promise<void> {
    const reader = new RangeReader(this.#engine.store, { start: prefix, end: prefixEnd(prefix) }, false);
    for (let entry = reader.next(); entry; entry = reader.next()) {
      visit(entry);
      if (!this.#slice.isOver()) continue;
      await this.#slice.pause();
      reader.release();
      this.#checkStillThere();
    }
  }

  #checkStillThere(): void {
    const { ns, id, uuid } = this.#collection;
    const current = this.#engine.catalog.get(ns);
    const areIndexesThere = this.#indexes.every(({ id: wanted }) =>
      current?.indexes.some((index) => index.id === wanted),
    );
    if (current?.id === id && areIndexesThere) return;
    throw new MongoError(ErrorCode.QueryPlanKilled, `collection or index dropped. UUID ${uuid}`);
  }

  #checkRecord({ key, value }: Entry): void {
    const recordId = recordIdOfDocumentKey(key);
    this.#found.records += 1;
    this.#found.dataBytes += value.length;
    const failure = attempt(() => {
      checkStructure(value);
      this.#checkKeys(recordId, decode(value));
    });
    if (failure === undefined) return;
    this.#found.invalid += 1;
    if (this.#found.invalidRecords.length < mostErrors) this.#found.invalidRecords.push(recordId);
    this.#tell(`record ${recordId} cannot be read: ${String(failure)}`);
  }

  #checkKeys(recordId: RecordId, document: Document): void {
    const encodedId = encodeRecordId(recordId);
    for (const [i, index] of this.#indexes.entries()) {
      const found = this.#found.indexes[i] as IndexCheck;
      for (const { key } of indexKeysOf(index, document).keys) {
        found.expected += 1;
        const holder = this.#engine.store.get(entryKey(index, key, encodedId));
        if (holder?.equals(encodedId)) continue;
        found.missing += 1;
        this.#tell(`index ${index.name} has no entry for record ${recordId}`);
      }
    }
  }

  #checkEntry(found: IndexCheck, { value }: Entry): void {
    found.keys += 1;
    const recordId = decodeRecordId(value);
    if (this.#engine.store.get(documentKey(this.#collection.id, recordId))) return;
    found.dangling += 1;
    this.#tell(`index ${found.name} has an entry for record ${recordId}, which is not there`);
  }

  #compareNumbers(): void {
    const { records, dataBytes, indexes } = this.#found;
    const { count, dataBytes: keptBytes } = this.#collection;
    if (records !== count) this.#tell(`the count is ${count}, but there are ${records} records`);
    if (dataBytes !== keptBytes)
      this.#tell(`the size is ${keptBytes}, but the records have ${dataBytes} bytes`);
    for (const { name, keys, expected, missing, dangling } of indexes) {
      const extra = keys - dangling - (expected - missing);
      if (extra > 0) this.#tell(`index ${name} has ${extra} entries that no document asks for`);
    }
  }

  #tell(error: string): void {
    if (this.#found.errors.length < mostErrors) this.#found.errors.push(error);
  }
}

/**
 * Reads a collection and its indexes from beginning to end and reports where they disagree. Throws
 * QueryPlanKilled (175) if the collection or an index is dropped in the meantime.
 */
export const checkCollection = (
  engine: Engine,
  collection: Collection,
  slice: TimeSlice,
): Promise<CollectionCheck> => new CollectionChecker(engine, collection, slice).check();
