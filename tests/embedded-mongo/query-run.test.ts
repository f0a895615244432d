// How a query behaves between its time slices: it stands still often enough, and notices what went on meanwhile.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Int32 } from 'bson';
import { decode, encode } from '../../src/embedded-mongo/bson/raw.ts';
import { createEngine, type Engine } from '../../src/embedded-mongo/engine.ts';
import { AllModification } from '../../src/embedded-mongo/execution/modify.ts';
import { QueryRun } from '../../src/embedded-mongo/execution/query-run.ts';
import { runWork } from '../../src/embedded-mongo/execution/run-writes.ts';
import { TimeSlice } from '../../src/embedded-mongo/execution/time-slice.ts';
import { checkIndexSpecification } from '../../src/embedded-mongo/index/index-specification.ts';
import { valueKey } from '../../src/embedded-mongo/index/key-encoding.ts';
import type { Query } from '../../src/embedded-mongo/planner/plan.ts';
import { parseFilter } from '../../src/embedded-mongo/query/parse-filter.ts';
import type { Collection } from '../../src/embedded-mongo/storage/catalog.ts';
import { Store } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';
import { doc } from './values.ts';

const ns = 'd.items';
const documents = 500;
let directory: string;
let engine: Engine;

beforeEach(async () => {
  directory = temporaryDirectory();
  engine = createEngine(new Store(path.join(directory, 'test.mdb')));
  await engine.store.write((writer) => {
    const collection = engine.catalog.create(ns);
    for (let n = 0; n < documents; n += 1) {
      const bytes = encode({ _id: new Int32(n), k: new Int32(documents - n) });
      engine.documents.insert(writer, collection.ns, bytes, valueKey(new Int32(n)));
    }
  });
});
afterEach(async () => {
  await engine.store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A slice that is over after every step. */
class ShortSlice extends TimeSlice {
  override isOver(): boolean {
    return true;
  }
}

const items = (): Collection => {
  const collection = engine.catalog.get(ns);
  if (!collection) throw new Error('there is no collection');
  return collection;
};
const queryOf = (filter: object, sort: Query['sort'] = []): Query => ({
  filter: parseFilter(doc(filter)),
  sort,
  hint: undefined,
});

function open(query: Query, slice: TimeSlice, limit = Number.POSITIVE_INFINITY): QueryRun {
  const plan = engine.planner.plan(items(), query, { noTableScan: false });
  return new QueryRun(engine.store, engine.catalog, items(), query, plan, { slice, limit });
}

async function countAll(run: QueryRun): Promise<number> {
  let count = 0;
  while (await run.next()) count += 1;
  return count;
}

const createIndex = () =>
  engine.indexBuilder.create(ns, [checkIndexSpecification(doc({ key: { k: 1 }, name: 'k_1' }))]);

/** What happens where a group of writes fails: memory is read again from disk. */
const failGroup = (): void => engine.store.afterFailure();

describe('a query lets others run', () => {
  it('while it returns sorted documents', async () => {
    const slice = new ShortSlice();
    const run = open(queryOf({}, [{ path: 'k', direction: 1 }]), slice);
    await run.next();
    const pausesBefore = slice.pauses;
    expect(await countAll(run)).toBe(documents - 1);
    expect(slice.pauses - pausesBefore).toBeGreaterThanOrEqual(documents - 1);
  });

  it('while it finds nothing in many ranges', async () => {
    const slice = new ShortSlice();
    const absent = Array.from({ length: 300 }, (_, i) => -1 - i);
    expect(await countAll(open(queryOf({ _id: { $in: absent } }), slice))).toBe(0);
    expect(slice.pauses).toBeGreaterThan(300);
  });

  it('and returns the first documents of a sort in order, however many', async () => {
    for (const limit of [1, 7, documents - 1, documents, documents + 1]) {
      const run = open(queryOf({}, [{ path: 'k', direction: 1 }]), new TimeSlice(), limit);
      const ids: number[] = [];
      for (let match = await run.next(); match; match = await run.next()) ids.push(match.recordId);
      const wanted = Math.min(limit, documents);
      expect(ids).toEqual(Array.from({ length: wanted }, (_, i) => documents - i));
    }
  });
});

describe('what others write between two slices', () => {
  it('is noticed in documents whose index entries were read before, to merge them in order', async () => {
    const key = doc({ k: 1, _id: 1 });
    await engine.indexBuilder.create(ns, [checkIndexSpecification(doc({ key, name: 'k_1__id_1' }))]);
    const query = queryOf({ k: { $in: [10, 20].map((k) => new Int32(k)) } }, [{ path: '_id', direction: 1 }]);
    const later = documents - 10;
    const stored = await open(queryOf({ _id: new Int32(later) }), new TimeSlice()).next();
    const run = open(query, new ShortSlice());
    expect((await run.next())?.recordId).toBe(documents - 20 + 1);
    await engine.store.write((writer) => {
      if (!stored) throw new Error('there is no such document');
      const to = { _id: new Int32(later), k: new Int32(11) };
      engine.documents.replace(writer, items(), stored, { from: decode(stored.bytes), to });
    });
    expect(await run.next()).toBeUndefined();
  });
});

describe('after a group of writes that failed', () => {
  it('an index that is being built is completed and maintained', async () => {
    const building = createIndex();
    await engine.store.write(() => undefined);
    failGroup();
    await building;
    expect(items().indexes.map(({ name, isReady }) => [name, isReady])).toEqual([
      ['_id_', true],
      ['k_1', true],
    ]);
    expect(await countAll(open({ ...queryOf({}), hint: { index: 'k_1' } }, new TimeSlice()))).toBe(documents);
  });

  it('deleting many continues with the collection as it is then', async () => {
    await createIndex();
    class Failing extends ShortSlice {
      override pause(): Promise<void> {
        failGroup();
        return super.pause();
      }
    }
    const slice = new Failing();
    const removal = new AllModification<void>(
      engine,
      { ns, makeQuery: () => queryOf({}), slice },
      {
        each: (writer, { collection, match }) => engine.documents.remove(writer, collection, match),
        finish: () => undefined,
      },
    );
    await runWork(engine, slice, removal);
    expect(items().count).toBe(0);
  });
});
