// Indexes that are built while documents come, change and go, and that a kill or a stop interrupts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Int32 } from 'bson';
import type { Document } from '../../src/embedded-mongo/bson/types.ts';
import { ErrorCode } from '../../src/embedded-mongo/errors.ts';
import { checkCollection } from '../../src/embedded-mongo/execution/check-collection.ts';
import { TimeSlice } from '../../src/embedded-mongo/execution/time-slice.ts';
import type { Index } from '../../src/embedded-mongo/index/index-definition.ts';
import { checkIndexSpecification } from '../../src/embedded-mongo/index/index-specification.ts';
import { indexPrefix, prefixEnd } from '../../src/embedded-mongo/storage/layout.ts';
import { codeOf } from './test-database.ts';
import { TestEngine } from './test-engine.ts';
import { doc } from './values.ts';

let db: TestEngine;
beforeEach(() => {
  db = new TestEngine();
});
afterEach(() => db.stop());

const many = 1_500;

describe('indexes that are built while documents come, change and go', () => {
  const specs = [
    { key: { k: 1 }, name: 'k_1', unique: true },
    { key: { tags: 1, k: -1 }, name: 'tags_1' },
    { key: { tags: 1 }, name: 'even', partialFilterExpression: { isEven: true } },
  ].map((spec) => checkIndexSpecification(doc(spec)));
  const build = () => db.engine.indexBuilder.create(db.ns, specs);
  /** How much of memory makes the build take the documents in many parts, a hundred each. */
  const inParts = { indexBuildBytes: 3_000 };
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
      if (round % 10 === 9) await db.remove(n + 1);
      else if (round % 10 === 5) {
        added += 1;
        await db.insert(versionOf(many + added, round));
      } else if (round % 100 === 50) db.store.afterFailure();
      else if (!(await db.replace(n + 1, versionOf(n, round)))) await nextTurn();
    }
    await ended;
    return round;
  }
  const entryBytesOf = (index: Index): number => {
    const start = indexPrefix(index.id);
    const entries = db.store.read({ start, end: prefixEnd(start) }, { limit: 100_000 });
    return entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
  };
  async function expectSoundIndexes(): Promise<void> {
    expect((await checkCollection(db.engine, db.items(), new TimeSlice())).errors).toEqual([]);
    expect(db.items().indexes.map(({ isReady }) => isReady)).toEqual([true, true, true, true]);
    expect(db.items().indexes.map(({ entryBytes }) => entryBytes)).toEqual(
      db.items().indexes.map(entryBytesOf),
    );
    expect([...(db.items().indexes[2]?.arrayPaths ?? [])]).toEqual(['tags']);
  }

  beforeEach(async () => {
    await db.insert(...Array.from({ length: many }, (_, n) => versionOf(n, n)));
  });

  it.each([
    ['all at once', undefined],
    ['in many parts', inParts],
  ])('agree with the documents: %s', async (_how, options) => {
    await db.restart(options);
    expect(await writeDuring(build())).toBeGreaterThan(3);
    await expectSoundIndexes();
  });

  /** Builds until so many transactions are committed, and opens the files again. */
  async function killAfter(transactions: number, work = build): Promise<void> {
    db.store.room = transactions;
    expect(await codeOf(work())).toBe(ErrorCode.OutOfDiskSpace);
    await db.restart(inParts);
  }

  /** Changes, removes and adds documents in the parts that are built, and in those that are not. */
  async function writeMeanwhile(): Promise<void> {
    for (let n = 0; n < 1000; n += 20) await db.replace(n + 1, versionOf(n, 10_000 + n));
    for (let n = 10; n < many; n += 40) await db.remove(n + 1);
    for (let n = 0; n < 50; n += 1) await db.insert(versionOf(5_000 + n, 20_000 + n));
  }

  it.each([2, 4, 9, 50, 137])('agree after a kill behind transaction %i', async (transactions) => {
    await db.restart(inParts);
    await killAfter(transactions);
    await writeMeanwhile();
    db.engine.indexBuilder.resume();
    await killAfter(8);
    db.engine.indexBuilder.resume();
    await writeDuring(build());
    await expectSoundIndexes();
  });

  it('are not built again up to where a kill interrupted them', async () => {
    await db.restart(inParts);
    await killAfter(60);
    const inAll = 150;
    db.store.room = inAll;
    db.engine.indexBuilder.resume();
    await build();
    expect(db.store.room).toBeGreaterThan(50);
    await expectSoundIndexes();
  });

  it('refuse, after a kill, what an index that is to be unique already has', async () => {
    await db.restart(inParts);
    await killAfter(60);
    const twice = { ...versionOf(many, 0), k: versionOf(0, 0).k };
    expect(await codeOf(db.insert(twice as Document))).toBe(ErrorCode.DuplicateKey);
  });

  it('are discarded after a kill if one cannot be unique, and whoever requests them is told', async () => {
    await db.insert({ ...versionOf(many, 0), k: new Int32(0) });
    await db.restart(inParts);
    await killAfter(60);
    db.engine.indexBuilder.resume();
    expect(await codeOf(build())).toBe(ErrorCode.DuplicateKey);
    expect(db.items().indexes.map(({ name }) => name)).toEqual(['_id_']);
    await db.remove(many + 1);
    await build();
    await expectSoundIndexes();
  });

  it('go on after the server was stopped', async () => {
    await db.restart(inParts);
    const building = codeOf(build());
    while (db.items().indexes.every(({ nextToBuild }) => nextToBuild === 1)) await nextTurn();
    await db.engine.settle();
    expect(await building).toBe(ErrorCode.InterruptedAtShutdown);
    await db.restart(inParts);
    expect(db.items().indexes.map(({ isReady }) => isReady)).toEqual([true, false, false, false]);
    await writeMeanwhile();
    db.engine.indexBuilder.resume();
    await build();
    await expectSoundIndexes();
  });
});
