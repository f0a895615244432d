// Queries that MongoDB refuses, however harmless they look.
import type { Document } from 'mongodb';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
  await database.client.db('d').collection('items').insertOne({ a: 1 });
});
afterAll(() => database.stop());

const find = (fields: Document): Promise<Document> =>
  database.client.db('d').command({ find: 'items', ...fields });
const longest = 'a'.repeat(32_764);

it.each<[string, Document, number]>([
  ['a natural order beside another', { sort: { $natural: 1, a: 1 } }, 2],
  ['a natural hint beside another', { hint: { $natural: 1, a: 1 } }, 2],
  ['a natural order of no direction', { sort: { $natural: 0 } }, 2],
  ['a natural hint of no direction', { hint: { $natural: 'x' } }, 2],
  ['$alwaysTrue of 0', { filter: { $alwaysTrue: 0 } }, 9],
  ['$alwaysFalse of true', { filter: { $alwaysFalse: true } }, 9],
  ['a pattern that is too long', { filter: { a: { $regex: `${longest}a` } } }, 51091],
  ['a list with a pattern that is too long', { filter: { a: { $in: [new RegExp(`${longest}a`)] } } }, 51091],
  ['a pattern with too many bytes', { filter: { a: { $regex: `${longest.slice(1)}é` } } }, 51091],
])('%s', async (_what, fields, code) => {
  const answer = await find(fields).catch((error: unknown) => error as Document);
  expect(answer.code).toBe(code);
});

it.each<[string, Document, number]>([
  ['a natural order', { sort: { $natural: -1 } }, 1],
  ['$alwaysTrue of 1', { filter: { $alwaysTrue: 1 } }, 1],
  ['$alwaysFalse of 1.0', { filter: { $alwaysFalse: 1 } }, 0],
  ['the longest pattern', { filter: { a: { $regex: longest } } }, 0],
])('but not %s', async (_what, fields, count) => {
  expect((await find(fields)).cursor.firstBatch).toHaveLength(count);
});
