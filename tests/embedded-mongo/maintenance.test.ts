// What the database does by itself, and that it ends when the database does.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Int32 } from 'bson';
import { encode } from '../../src/embedded-mongo/bson/raw.ts';
import { createEngine, type Engine } from '../../src/embedded-mongo/engine.ts';
import { Maintenance } from '../../src/embedded-mongo/execution/maintenance.ts';
import { checkIndexSpecification } from '../../src/embedded-mongo/index/index-specification.ts';
import { valueKey } from '../../src/embedded-mongo/index/key-encoding.ts';
import { Store } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';
import { doc } from './values.ts';

const ns = 'd.expiring';
const documents = 20_000;
let directory: string;
let engine: Engine;

beforeEach(async () => {
  directory = temporaryDirectory();
  engine = createEngine(new Store(path.join(directory, 'test.mdb')));
  await engine.store.write((writer) => {
    const collection = engine.catalog.create(ns);
    for (let n = 0; n < documents; n += 1) {
      const bytes = encode({ _id: new Int32(n), at: new Date(0) });
      engine.documents.insert(writer, collection.ns, bytes, valueKey(new Int32(n)));
    }
  });
  const spec = checkIndexSpecification(doc({ key: { at: 1 }, name: 'at_1', expireAfterSeconds: 1 }));
  await engine.indexBuilder.create(ns, [spec]);
});
afterEach(async () => {
  await engine.store.close();
  rmSync(directory, { recursive: true, force: true });
});

const left = (): number => engine.catalog.get(ns)?.count ?? 0;

it('stops in the middle of a long pass, and writes nothing afterwards', async () => {
  const maintenance = new Maintenance(engine);
  const pass = maintenance.run();
  while (left() === documents) await engine.store.write(() => undefined);
  await maintenance.stop();
  const atStop = left();
  expect(atStop).toBeGreaterThan(0);
  await pass;
  await engine.store.write(() => undefined);
  expect(left()).toBe(atStop);
});

it('continues with the next pass after an interrupted one', async () => {
  const first = new Maintenance(engine);
  const pass = first.run();
  await first.stop();
  await pass;
  const second = new Maintenance(engine);
  await second.run();
  expect(left()).toBe(0);
  await second.stop();
});
