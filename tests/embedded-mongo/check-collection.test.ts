// What `validate` finds where a collection and its indexes disagree, which no client can bring about.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { encode } from '../../src/embedded-mongo/bson/raw.ts';
import { createEngine, type Engine } from '../../src/embedded-mongo/engine.ts';
import { checkCollection } from '../../src/embedded-mongo/execution/check-collection.ts';
import { TimeSlice } from '../../src/embedded-mongo/execution/time-slice.ts';
import { valueKey } from '../../src/embedded-mongo/index/key-encoding.ts';
import type { Collection } from '../../src/embedded-mongo/storage/catalog.ts';
import { documentKey, encodeRecordId, indexPrefix } from '../../src/embedded-mongo/storage/layout.ts';
import { Store } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';
import { doc, int } from './values.ts';

let directory: string;
let engine: Engine;
let collection: Collection;

beforeEach(async () => {
  directory = temporaryDirectory();
  engine = createEngine(new Store(path.join(directory, 'data.mdb')));
  await engine.indexBuilder.create('d.items', [doc({ key: { a: 1 }, name: 'a_1' })]);
  collection = engine.catalog.get('d.items') as Collection;
  await engine.store.write((writer) => {
    for (const _id of [1, 2, 3]) {
      engine.documents.insert(writer, collection.ns, encode(doc({ _id, a: _id })), valueKey(int(_id)));
    }
  });
});
afterEach(async () => {
  await engine.store.close();
  rmSync(directory, { recursive: true, force: true });
});

const errors = async () => (await checkCollection(engine, collection, new TimeSlice())).errors;
const entryOf = (a: number, recordId: number): Buffer =>
  Buffer.concat([indexPrefix(collection.indexes[1]?.id ?? 0), valueKey(int(a)), encodeRecordId(recordId)]);

it('finds nothing if nothing is wrong', async () => {
  expect(await errors()).toEqual([]);
});

it('finds an entry that is missing', async () => {
  await engine.store.write((writer) => writer.remove(entryOf(2, 2)));
  expect(await errors()).toEqual(['index a_1 has no entry for record 2']);
});

it('finds an entry that points nowhere', async () => {
  await engine.store.write((writer) => writer.put(entryOf(2, 7), encodeRecordId(7)));
  expect(await errors()).toEqual(['index a_1 has an entry for record 7, which is not there']);
});

it('finds an entry that its document does not require', async () => {
  await engine.store.write((writer) => writer.put(entryOf(9, 2), encodeRecordId(2)));
  expect(await errors()).toEqual(['index a_1 has 1 entries that no document asks for']);
});

it('finds a record that is gone although its entries are not, and a wrong count', async () => {
  await engine.store.write((writer) => writer.remove(documentKey(collection.id, 3)));
  expect(await errors()).toEqual([
    'index _id_ has an entry for record 3, which is not there',
    'index a_1 has an entry for record 3, which is not there',
    'the count is 3, but there are 2 records',
    expect.stringMatching(/^the size is \d+, but the records have \d+ bytes$/),
  ]);
});

it('finds a record that cannot be read', async () => {
  const broken = encode(doc({ _id: 2, a: 2 }));
  broken[broken.length - 1] = 7;
  await engine.store.write((writer) => writer.put(documentKey(collection.id, 2), broken));
  const found = await checkCollection(engine, collection, new TimeSlice());
  expect(found).toMatchObject({ records: 3, invalid: 1, invalidRecords: [2] });
  expect(found.errors[0]).toMatch(/^record 2 cannot be read: .*Invalid BSON/);
});
