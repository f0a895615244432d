// Events with whole documents: as they are now, or as they were, which is not kept.
import type { Collection } from 'mongodb';
import { holding, type Item } from '../items.ts';
import { startTestDatabase, type TestDatabase } from '../test-database.ts';
import { watch } from './watching.ts';

let database: TestDatabase;
let items: Collection<Item>;
beforeAll(async () => {
  database = await startTestDatabase();
});
beforeEach(async () => {
  items = await holding(database, []);
});
afterAll(() => database.stop());

/** Inserts, updates, replaces and deletes one document. */
async function changeEverything(): Promise<void> {
  await items.insertOne({ _id: 1, a: 1 });
  await items.updateOne({ _id: 1 }, { $set: { a: 2 } });
  await items.replaceOne({ _id: 1 }, { a: 3 });
  await items.deleteOne({ _id: 1 });
}

it('has the document of inserts and replacements, and null for updates, where images would be used', async () => {
  const stream = await watch(items, [], { fullDocument: 'whenAvailable' });
  await changeEverything();
  const [inserted, updated, replaced, deleted] = await stream.take(4);
  expect(inserted).toMatchObject({ operationType: 'insert', fullDocument: { _id: 1, a: 1 } });
  expect(updated).toMatchObject({ operationType: 'update', fullDocument: null });
  expect(replaced).toMatchObject({ operationType: 'replace', fullDocument: { _id: 1, a: 3 } });
  expect(deleted).not.toHaveProperty('fullDocument');
  await stream.close();
});

it('has null for every document before its change, where images would be used', async () => {
  const stream = await watch(items, [], { fullDocumentBeforeChange: 'whenAvailable' });
  await changeEverything();
  const [inserted, ...others] = await stream.take(4);
  expect(inserted).not.toHaveProperty('fullDocumentBeforeChange');
  for (const event of others) expect(event.fullDocumentBeforeChange).toBeNull();
  await stream.close();
});

it.each(['fullDocument', 'fullDocumentBeforeChange'])(
  'ends at the first update where %s is required',
  async (option) => {
    const stream = await watch(items, [], { [option]: 'required' });
    await changeEverything();
    expect(await stream.take(1)).toMatchObject([{ operationType: 'insert' }]);
    await expect(stream.next()).rejects.toMatchObject({ code: 47, codeName: 'NoMatchingDocument' });
    await stream.close();
  },
);

it('requires no image of events that are left out for what happened or where', async () => {
  const others = items.db.collection<Item>('others');
  const wanted = { operationType: { $ne: 'update' }, 'ns.coll': items.collectionName };
  const stream = await watch(items.db, [{ $match: wanted }], { fullDocument: 'required' });
  await others.insertOne({ _id: 1 });
  await others.updateOne({ _id: 1 }, { $set: { a: 2 } });
  await changeEverything();
  const told = await stream.take(3);
  expect(told.map(({ operationType }) => operationType)).toEqual(['insert', 'replace', 'delete']);
  await stream.close();
});

it('looks up the document as it is when the event is read, and finds none that is gone', async () => {
  const stream = await watch(items, [], { fullDocument: 'updateLookup' });
  await items.insertOne({ _id: 1, a: 1 });
  await items.updateOne({ _id: 1 }, { $set: { a: 2 } });
  const [inserted, updated] = await stream.take(2);
  expect(updated?.fullDocument).toEqual({ _id: 1, a: 2 });
  await stream.close();
  await items.deleteOne({ _id: 1 });
  const late = await watch(items, [], { fullDocument: 'updateLookup', resumeAfter: inserted?._id });
  expect(await late.take(1)).toMatchObject([{ operationType: 'update', fullDocument: null }]);
  await late.close();
});
