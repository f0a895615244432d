// What writes do to the entries of indexes: those that could not be built, and those that nothing changes.
import { Int32 } from 'bson';
import { encode } from '../../src/embedded-mongo/bson/raw.ts';
import type { Document } from '../../src/embedded-mongo/bson/types.ts';
import { ErrorCode } from '../../src/embedded-mongo/errors.ts';
import { checkIndexSpecification } from '../../src/embedded-mongo/index/index-specification.ts';
import type { Writer } from '../../src/embedded-mongo/storage/store.ts';
import { codeOf } from './test-database.ts';
import { TestEngine } from './test-engine.ts';
import { doc } from './values.ts';

let db: TestEngine;
beforeEach(() => {
  db = new TestEngine();
});
afterEach(() => db.stop());

/** The build of an index takes so many entries into one transaction, in the order of their keys. */
const perTransaction = 1_000;
const many = perTransaction + 500;
const numbered = (keyOf: (n: number) => number): Promise<void> =>
  db.insert(...Array.from({ length: many }, (_, n) => ({ _id: new Int32(n), k: new Int32(keyOf(n)) })));

const buildUnique = () =>
  db.engine.indexBuilder.create(db.ns, [
    checkIndexSpecification(doc({ key: { k: 1 }, name: 'k_1', unique: true })),
  ]);

describe('while a unique index is being built', () => {
  /** That of the last entry in the first transaction, and of the first one in the second. */
  const twice = new Int32(perTransaction - 1);

  it.each<[string, () => Promise<unknown>]>([
    ['deleted', () => db.remove(many)],
    ['changed', () => db.replace(many, { _id: new Int32(many - 1), k: new Int32(-1) })],
  ])('a duplicate that is %s leaves the entry of the other', async (_, settle) => {
    await numbered((n) => (n === many - 1 ? twice.value : n));
    const nothing = async () => undefined;
    // The first transactions look for the index, begin the build and bring the first entries.
    db.store.beforeWrite = [nothing, nothing, nothing, settle].values();
    await buildUnique();
    expect(await codeOf(db.insert({ _id: new Int32(many), k: twice }))).toBe(ErrorCode.DuplicateKey);
  });
});

describe('an index that could not be built, on a disk that takes nothing more', () => {
  beforeEach(async () => {
    await numbered(() => 7);
    db.store.room = 3;
    expect(await codeOf(buildUnique())).toBe(ErrorCode.DuplicateKey);
    db.store.room = Number.POSITIVE_INFINITY;
  });

  it('is missing when it is requested again', async () => {
    expect(await codeOf(buildUnique())).toBe(ErrorCode.DuplicateKey);
    for (let recordId = 2; recordId <= many; recordId += 1) await db.remove(recordId);
    await buildUnique();
    expect(db.items().indexes.map(({ name, isReady }) => [name, isReady])).toEqual([
      ['_id_', true],
      ['k_1', true],
    ]);
  });

  it('refuses nothing once there is space', async () => {
    await db.engine.indexBuilder.discardUnfinished();
    expect(db.items().indexes).toHaveLength(1);
    expect(await codeOf(db.insert({ _id: new Int32(many), k: new Int32(7) }))).toBeUndefined();
  });
});

describe('a new version of a document', () => {
  it('writes the entries that changed, and no others', async () => {
    const leads = Array.from({ length: 500 }, (_, i) => `lead ${i}`);
    const from: Document = { _id: new Int32(1), leads, name: 'a', k: new Int32(1) };
    await db.insert(from);
    for (const name of ['leads', 'name', 'k']) {
      await db.engine.indexBuilder.create(db.ns, [
        checkIndexSpecification(doc({ key: { [name]: 1 }, name })),
      ]);
    }
    const written = async (change: Document): Promise<number> => {
      let count = 0;
      await db.store.write((writer) => {
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
        db.engine.documents.replace(counting, db.items(), stored, { from, to });
        db.engine.documents.replace(
          writer,
          db.items(),
          { ...stored, bytes: encode(to) },
          { from: to, to: from },
        );
      });
      return count;
    };
    expect(await written({ other: 'x' })).toBe(1);
    expect(await written({ name: 'b' })).toBe(3);
    expect(await written({ leads: [...leads, 'one more'] })).toBe(2);
  });
});
