// What writes do to the entries of indexes: those that are being built, and those that nothing changes.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Int32 } from 'bson';
import { encode } from '../../src/embedded-mongo/bson/raw.ts';
import type { Document } from '../../src/embedded-mongo/bson/types.ts';
import { createEngine, type Engine } from '../../src/embedded-mongo/engine.ts';
import { ErrorCode, MongoError } from '../../src/embedded-mongo/errors.ts';
import { checkIndexSpecification } from '../../src/embedded-mongo/index/index-specification.ts';
import { valueKey } from '../../src/embedded-mongo/index/key-encoding.ts';
import type { Collection } from '../../src/embedded-mongo/storage/catalog.ts';
import { documentKey } from '../../src/embedded-mongo/storage/layout.ts';
import { Store, type Writer } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';
import { doc } from './values.ts';

const ns = 'd.items';

/** A store whose disk can be full. */
class FillableStore extends Store {
  /** How many transactions there is still room for. */
  room = Number.POSITIVE_INFINITY;

  override write<T>(run: (writer: Writer) => T): Promise<T> {
    this.room -= 1;
    if (this.room >= 0) return super.write(run);
    this.afterFailure();
    return Promise.reject(new MongoError(ErrorCode.OutOfDiskSpace, 'no room'));
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

/** More than the build of an index takes into one transaction. */
const many = 450;
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
  it.each<[string, () => Promise<unknown>]>([
    ['deleted', () => removeRecord(many)],
    [
      'changed',
      () =>
        store.write((writer) => {
          const from = { _id: new Int32(many - 1), k: new Int32(0) };
          const stored = { recordId: many, bytes: encode(from) };
          engine.documents.replace(writer, items(), stored, { from, to: { ...from, k: new Int32(-1) } });
        }),
    ],
  ])('a duplicate that is %s leaves the entry of the other', async (_, settle) => {
    await numbered((n) => (n === many - 1 ? 0 : n));
    const building = buildUnique();
    // Behind the transactions that look for the index, that begin the build, and with the first documents.
    for (let behind = 0; behind < 3; behind += 1) await store.write(() => undefined);
    await settle();
    await building;
    expect(await codeOf(insert({ _id: new Int32(1000), k: new Int32(0) }))).toBe(ErrorCode.DuplicateKey);
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
    expect(await codeOf(insert({ _id: new Int32(1000), k: new Int32(7) }))).toBeUndefined();
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
