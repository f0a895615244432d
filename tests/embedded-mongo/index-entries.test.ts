// What writes do to the entries of indexes: those that are being built, and those that nothing changes.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Int32 } from 'bson';
import { decode, encode } from '../../src/embedded-mongo/bson/raw.ts';
import type { Document } from '../../src/embedded-mongo/bson/types.ts';
import { createEngine, type Engine } from '../../src/embedded-mongo/engine.ts';
import { ErrorCode, MongoError } from '../../src/embedded-mongo/errors.ts';
import { checkCollection } from '../../src/embedded-mongo/execution/check-collection.ts';
import { TimeSlice } from '../../src/embedded-mongo/execution/time-slice.ts';
import type { Index } from '../../src/embedded-mongo/index/index-definition.ts';
import { checkIndexSpecification } from '../../src/embedded-mongo/index/index-specification.ts';
import { valueKey } from '../../src/embedded-mongo/index/key-encoding.ts';
import type { Collection } from '../../src/embedded-mongo/storage/catalog.ts';
import { documentKey, indexPrefix, prefixEnd } from '../../src/embedded-mongo/storage/layout.ts';
import { Store, type Writer } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';
import { doc } from './values.ts';

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

let directory: string;
let store: FillableStore;
let engine: Engine;

beforeEach(() => {
  directory = temporaryDirectory();
  store = new FillableStore(path.join(directory, 'test.mdb'));
  engine = createEngine(store);
});
afterEach(async () => {
  store.room = Number.POSITIVE_INFINITY;
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const items = (): Collection => engine.catalog.get(ns) ?? engine.catalog.create(ns);

const insert = (document: Document): Promise<number> =>
  store.write((writer) =>
    engine.documents.insert(writer, items().ns, encode(document), valueKey(document._id ?? null)),
  );

const removeRecord = (recordId: number): Promise<void> =>
  store.write((writer) => {
    const bytes = store.get(documentKey(items().id, recordId));
    if (bytes) engine.documents.remove(writer, items(), { recordId, bytes });
  });

/** The build of an index takes so many entries into one transaction, in the order of their keys. */
const perTransaction = 1_000;
const many = perTransaction + 500;
const numbered = async (keyOf: (n: number) => number): Promise<void> => {
  await store.write((writer) => {
    for (let n = 0; n < many; n += 1) {
      const bytes = encode({ _id: new Int32(n), k: new Int32(keyOf(n)) });
      engine.documents.insert(writer, items().ns, bytes, valueKey(new Int32(n)));
    }
  });
};

const buildUnique = () =>
  engine.indexBuilder.create(ns, [
    checkIndexSpecification(doc({ key: { k: 1 }, name: 'k_1', unique: true })),
  ]);

const codeOf = (operation: Promise<unknown>): Promise<unknown> =>
  operation.then(
    () => undefined,
    (error: MongoError) => error.code,
  );

describe('while a unique index is being built', () => {
  /** That of the last entry in the first transaction, and of the first one in the second. */
  const twice = new Int32(perTransaction - 1);

  it.each<[string, () => Promise<unknown>]>([
    ['deleted', () => removeRecord(many)],
    [
      'changed',
      () =>
        store.write((writer) => {
          const from = { _id: new Int32(many - 1), k: twice };
          const stored = { recordId: many, bytes: encode(from) };
          engine.documents.replace(writer, items(), stored, { from, to: { ...from, k: new Int32(-1) } });
        }),
    ],
  ])('a duplicate that is %s leaves the entry of the other', async (_, settle) => {
    await numbered((n) => (n === many - 1 ? twice.value : n));
    const nothing = async () => undefined;
    // The first transactions look for the index, begin the build and bring the first entries.
    store.beforeWrite = [nothing, nothing, nothing, settle].values();
    await buildUnique();
    expect(await codeOf(insert({ _id: new Int32(many), k: twice }))).toBe(ErrorCode.DuplicateKey);
  });
});

describe('indexes that are built while documents come, change and go', () => {
  const specs = [
    { key: { k: 1 }, name: 'k_1', unique: true },
    { key: { tags: 1, k: -1 }, name: 'tags_1' },
    { key: { tags: 1 }, name: 'even', partialFilterExpression: { isEven: true } },
  ];
  /** A document whose entries depend on its version; `k` is nobody else's. */
  const versionOf = (n: number, version: number): Document => ({
    _id: new Int32(n),
    k: new Int32(n + 1000 * version),
    tags: Array.from({ length: version % 4 }, (_, i) => new Int32((n + i * version) % 50)),
    isEven: version % 2 === 0,
  });

  /** Writes to one document after the other, each time something else, for as long as the work goes on. */
  async function writeDuring(work: Promise<unknown>): Promise<number> {
    let [isUnderWay, round, added] = [true, 0, 0];
    const ended = work.finally(() => (isUnderWay = false));
    for (; isUnderWay; round += 1) {
      const n = (round * 7) % many;
      const stored = store.get(documentKey(items().id, n + 1));
      if (round % 10 === 9) await removeRecord(n + 1);
      else if (round % 10 === 5) {
        added += 1;
        await insert(versionOf(many + added, round));
      } else if (round % 100 === 50) store.afterFailure();
      else if (stored) await rewrite(n + 1, decode(stored), versionOf(n, round));
      else await nextTurn();
    }
    await ended;
    return round;
  }
  const rewrite = (recordId: number, from: Document, to: Document): Promise<unknown> =>
    store.write((writer) =>
      engine.documents.replace(writer, items(), { recordId, bytes: encode(from) }, { from, to }),
    );
  const entryBytesOf = (index: Index): number => {
    const start = indexPrefix(index.id);
    const entries = store.read({ start, end: prefixEnd(start) }, { limit: 100_000 });
    return entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
  };

  it.each([
    ['all at once', undefined],
    ['in many parts', 3_000],
  ])('agree with the documents: %s', async (_how, indexBuildBytes) => {
    engine = createEngine(store, indexBuildBytes === undefined ? {} : { indexBuildBytes });
    await store.write((writer) => {
      for (let n = 0; n < many; n += 1)
        engine.documents.insert(writer, items().ns, encode(versionOf(n, n)), valueKey(new Int32(n)));
    });
    const checked = specs.map((spec) => checkIndexSpecification(doc(spec)));
    expect(await writeDuring(engine.indexBuilder.create(ns, checked))).toBeGreaterThan(3);
    expect((await checkCollection(engine, items(), new TimeSlice())).errors).toEqual([]);
    expect(items().indexes.map(({ isReady }) => isReady)).toEqual([true, true, true, true]);
    expect(items().indexes.map(({ entryBytes }) => entryBytes)).toEqual(items().indexes.map(entryBytesOf));
    expect([...(items().indexes[2]?.arrayPaths ?? [])]).toEqual(['tags']);
  });
});

describe('an index that could not be built, on a disk that takes nothing more', () => {
  beforeEach(async () => {
    await numbered(() => 7);
    store.room = 3;
    expect(await codeOf(buildUnique())).toBe(ErrorCode.DuplicateKey);
    store.room = Number.POSITIVE_INFINITY;
  });

  it('is missing when it is requested again', async () => {
    expect(await codeOf(buildUnique())).toBe(ErrorCode.DuplicateKey);
    for (let recordId = 2; recordId <= many; recordId += 1) await removeRecord(recordId);
    await buildUnique();
    expect(items().indexes.map(({ name, isReady }) => [name, isReady])).toEqual([
      ['_id_', true],
      ['k_1', true],
    ]);
  });

  it('refuses nothing once there is space', async () => {
    await engine.indexBuilder.discardUnfinished();
    expect(items().indexes).toHaveLength(1);
    expect(await codeOf(insert({ _id: new Int32(many), k: new Int32(7) }))).toBeUndefined();
  });
});

describe('a new version of a document', () => {
  it('writes the entries that changed, and no others', async () => {
    const leads = Array.from({ length: 500 }, (_, i) => `lead ${i}`);
    const from: Document = { _id: new Int32(1), leads, name: 'a', k: new Int32(1) };
    await insert(from);
    for (const name of ['leads', 'name', 'k']) {
      await engine.indexBuilder.create(ns, [checkIndexSpecification(doc({ key: { [name]: 1 }, name }))]);
    }
    const written = async (change: Document): Promise<number> => {
      let count = 0;
      await store.write((writer) => {
        const counting: Writer = {
          put: (key, value) => {
            count += 1;
            writer.put(key, value);
          },
          remove: (key) => {
            count += 1;
            writer.remove(key);
          },
        };
        const to = { ...from, ...change };
        const stored = { recordId: 1, bytes: encode(from) };
        engine.documents.replace(counting, items(), stored, { from, to });
        engine.documents.replace(writer, items(), { ...stored, bytes: encode(to) }, { from: to, to: from });
      });
      return count;
    };
    expect(await written({ other: 'x' })).toBe(1);
    expect(await written({ name: 'b' })).toBe(3);
    expect(await written({ leads: [...leads, 'one more'] })).toBe(2);
  });
});
