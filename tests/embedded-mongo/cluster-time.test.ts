// The times that a replica set member adds to every answer, and how drivers use them.
import { rmSync } from 'node:fs';
import { type Document, MongoClient, MongoServerError, type Timestamp } from 'mongodb';
import { startEmbedded, startTestDatabase, type TestDatabase, temporaryDirectory } from './test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase({}, { monitorCommands: true });
});

afterAll(() => database.stop());

const send = (command: Document): Promise<Document> => database.client.db('times').command(command);
const timeOf = (answer: Document): Timestamp => answer.operationTime as Timestamp;

const form = {
  operationTime: expect.objectContaining({ _bsontype: 'Timestamp' }),
  $clusterTime: {
    clusterTime: expect.objectContaining({ _bsontype: 'Timestamp' }),
    signature: { hash: expect.objectContaining({ _bsontype: 'Binary' }), keyId: expect.anything() },
  },
};

it.each<[string, Document]>([
  ['a command', { ping: 1 }],
  ['hello', { hello: 1 }],
  ['a cursor', { find: 'nothing' }],
  ['a write', { insert: 'items', documents: [{ a: 1 }] }],
  ['a write that fails in part', { insert: 'items', documents: [{ _id: 1 }, { _id: 1 }] }],
])('stands in the answer to %s', async (_, command) => {
  expect(await send(command)).toMatchObject(form);
});

it('is part of errors, too', async () => {
  const error = await send({ find: 'items', filter: { $no: 1 } }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MongoServerError);
  expect((error as MongoServerError).errorResponse).toMatchObject(form);
});

it('advances with every write, not with reads, and never goes back', async () => {
  const first = timeOf(await send({ insert: 'items', documents: [{ a: 1 }] }));
  const read = timeOf(await send({ find: 'items' }));
  expect(read.equals(first)).toBe(true);
  const second = timeOf(await send({ update: 'items', updates: [{ q: { a: 1 }, u: { $set: { a: 2 } } }] }));
  expect(second.greaterThan(first)).toBe(true);
  const nothing = timeOf(await send({ update: 'items', updates: [{ q: { a: 9 }, u: { $set: { a: 2 } } }] }));
  expect(nothing.equals(second)).toBe(true);
});

it('is later after a restart than before it', async () => {
  const dataDir = temporaryDirectory();
  const times: Timestamp[] = [];
  for (let round = 0; round < 3; round += 1) {
    const server = await startEmbedded({ dataDir });
    const client = await MongoClient.connect(server.url);
    const db = client.db('times');
    times.push(timeOf(await db.command({ ping: 1 })));
    times.push(timeOf(await db.command({ insert: 'items', documents: [{ round }] })));
    await client.close();
    await server.stop();
  }
  rmSync(dataDir, { recursive: true, force: true });
  const [, first, second, third, fourth] = times.map(String);
  expect([second, fourth]).toEqual([first, third]);
  expect(times[3]?.greaterThan(times[1] as Timestamp) && times[5]?.greaterThan(times[3])).toBe(true);
});

it('lets a session read its own writes and a stream start at it', async () => {
  const started: Document[] = [];
  database.client.on('commandStarted', ({ command }) => started.push(command));
  const items = database.client.db('times').collection<{ _id: number }>('causal');
  const session = database.client.startSession({ causalConsistency: true });
  await items.insertOne({ _id: 1 }, { session });
  const { operationTime } = session;
  expect(await items.findOne({ _id: 1 }, { session })).toEqual({ _id: 1 });
  await session.endSession();
  database.client.removeAllListeners('commandStarted');
  const find = started.find((command) => command.find === 'causal');
  expect(find?.readConcern).toEqual({ afterClusterTime: operationTime });
  expect(find?.$clusterTime).toBeDefined();
  const stream = items.watch([], { startAtOperationTime: operationTime as Timestamp });
  expect(await stream.next()).toMatchObject({ operationType: 'insert', documentKey: { _id: 1 } });
  await stream.close();
});
