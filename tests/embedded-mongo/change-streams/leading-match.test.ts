// A `$match` right behind `$changeStream` is tried before an event is built, on what the log has of the document.
import type { Collection, Document, Timestamp } from 'mongodb';
import { holding, type Item } from '../items.ts';
import { startTestDatabase, type TestDatabase } from '../test-database.ts';

let database: TestDatabase;
let items: Collection<Item>;
beforeAll(async () => {
  database = await startTestDatabase();
});
beforeEach(async () => {
  items = await holding(database, []);
});
afterAll(() => database.stop());

const end = { _id: 99, kind: 'end', parts: [{ size: 9 }] };

/** Changes that filters on the kind, and on parts, tell from each other. */
async function change(): Promise<void> {
  await items.insertMany([
    { _id: 1, kind: 'view', parts: [{ size: 1 }, { size: 5 }] },
    { _id: 2, kind: 'message' },
    { _id: 3 },
  ]);
  await items.updateOne({ _id: 1 }, { $set: { seen: true } });
  await items.updateOne({ _id: 2 }, { $set: { kind: 'view' } });
  await items.replaceOne({ _id: 2 }, { kind: 'view', parts: [{ size: 3 }] });
  await items.replaceOne({ _id: 1 }, { kind: 'message' });
  await items.deleteOne({ _id: 2 });
  await items.insertOne(end);
}

/** What a stream reports of these changes, up to the last insert, which every filter lets pass. */
async function reported(
  startAtOperationTime: Timestamp,
  pipeline: Document[],
  fullDocument: string,
): Promise<Document[]> {
  const stream = items.watch<Document, Document>(pipeline, { fullDocument, startAtOperationTime });
  const events: Document[] = [];
  while (events.at(-1)?.documentKey._id !== end._id) events.push(await stream.next());
  await stream.close();
  return events;
}

describe.each(['default', 'updateLookup', 'whenAvailable'])('with fullDocument %s', (fullDocument) => {
  it.each<[string, Document]>([
    ['a field', { 'fullDocument.kind': { $ne: 'view' } }],
    ['a field that may be missing', { 'fullDocument.kind': { $exists: true }, operationType: 'insert' }],
    ['an item of an array', { 'fullDocument.parts.1.size': { $ne: 5 } }],
    ['what happened to what', { $nor: [{ operationType: 'insert', 'fullDocument.kind': 'view' }] }],
    [
      'one or the other',
      { $or: [{ 'fullDocument.kind': 'end' }, { 'updateDescription.updatedFields.kind': 'view' }] },
    ],
    ['the whole document', { fullDocument: { $not: { $eq: { _id: 3 } } } }],
    ['an expression', { $expr: { $ne: ['$fullDocument.kind', 'message'] } }],
  ])('lets the same events pass as a later one: by %s', async (_, filter) => {
    const { operationTime } = await items.db.command({ ping: 1 });
    await change();
    const first = await reported(operationTime, [{ $match: filter }], fullDocument);
    const later = await reported(operationTime, [{ $match: {} }, { $match: filter }], fullDocument);
    expect(first).toEqual(later);
    expect(first.length).toBeLessThan(9);
  });
});
