import { randomBytes } from 'node:crypto';
import { Binary, type Document, Long, MongoClient } from 'mongodb';
import { sendRaw } from './raw-messages.ts';
import { startEmbedded, startTestDatabase, type TestDatabase, temporaryDirectory } from './test-database.ts';

let database: TestDatabase;
let client: MongoClient;

beforeAll(async () => {
  database = await startTestDatabase({ port: 0 });
  client = database.client;
});

afterAll(async () => {
  await database.stop();
});

const newSession = () => ({ id: new Binary(randomBytes(16), Binary.SUBTYPE_UUID) });

/** Sends a command as a retryable write; the driver would put a session of its own into it. */
async function send(
  command: Document,
  lsid: Document,
  txnNumber: number,
  url = database.url,
): Promise<Document> {
  const numbered = { ...command, lsid, txnNumber: Long.fromNumber(txnNumber), $db: 'retry' };
  return sendRaw(Number(new URL(url).port), numbered);
}

const count = (collection: string) => client.db('retry').collection(collection).countDocuments();

describe('the same lsid and txnNumber twice', () => {
  it('inserts once and answers the same', async () => {
    const lsid = newSession();
    const insert = { insert: 'inserts', documents: [{ a: 1 }, { a: 2 }] };
    const first = await send(insert, lsid, 1);
    const second = await send(insert, lsid, 1);
    expect([first.n, second.n]).toEqual([2, 2]);
    expect(await count('inserts')).toBe(2);
  });

  it('continues after the statements that were done', async () => {
    const lsid = newSession();
    await send({ insert: 'parts', documents: [{ _id: 1 }] }, lsid, 1);
    const whole = await send({ insert: 'parts', documents: [{ _id: 1 }, { _id: 2 }] }, lsid, 1);
    expect([whole.n, whole.writeErrors]).toEqual([2, undefined]);
    expect(await count('parts')).toBe(2);
  });

  it('updates once', async () => {
    const lsid = newSession();
    await client.db('retry').collection<{ _id: number }>('updates').insertOne({ _id: 1 });
    const update = { update: 'updates', updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] };
    const answers = [await send(update, lsid, 5), await send(update, lsid, 5), await send(update, lsid, 6)];
    expect(answers.map(({ n, nModified }) => [n, nModified])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(await client.db('retry').collection('updates').findOne()).toMatchObject({ n: 2 });
  });

  it('upserts once, and returns the id again', async () => {
    const lsid = newSession();
    const upsert = { update: 'upserts', updates: [{ q: { k: 'x' }, u: { $inc: { n: 1 } }, upsert: true }] };
    const first = await send(upsert, lsid, 1);
    const second = await send(upsert, lsid, 1);
    expect(second).toEqual(first);
    expect(await client.db('retry').collection('upserts').findOne()).toMatchObject({ n: 1 });
  });

  it('deletes once', async () => {
    const lsid = newSession();
    await client
      .db('retry')
      .collection('deletes')
      .insertMany([{ k: 1 }, { k: 1 }]);
    const deletion = { delete: 'deletes', deletes: [{ q: { k: 1 }, limit: 1 }] };
    expect([(await send(deletion, lsid, 1)).n, (await send(deletion, lsid, 1)).n]).toEqual([1, 1]);
    expect(await count('deletes')).toBe(1);
  });

  it("finds and modifies once, and returns the first time's document", async () => {
    const lsid = newSession();
    await client.db('retry').collection<{ _id: number }>('modifies').insertOne({ _id: 1 });
    const modify = { findAndModify: 'modifies', query: { _id: 1 }, update: { $inc: { n: 1 } }, new: true };
    const first = await send(modify, lsid, 1);
    expect(first.value).toEqual({ _id: 1, n: 1 });
    expect((await send(modify, lsid, 1)).value).toEqual(first.value);
    const remove = { findAndModify: 'modifies', query: { _id: 1 }, remove: true };
    expect((await send(remove, lsid, 2)).value).toEqual({ _id: 1, n: 1 });
    expect((await send(remove, lsid, 2)).value).toEqual({ _id: 1, n: 1 });
  });

  it('at the same time are one write', async () => {
    const lsid = newSession();
    const insert = { insert: 'races', documents: [{ a: 1 }] };
    await Promise.all(Array.from({ length: 10 }, () => send(insert, lsid, 1)));
    expect(await count('races')).toBe(1);
  });

  it('are one write even if the server was restarted in between', async () => {
    const dataDir = temporaryDirectory();
    const lsid = newSession();
    const update = { update: 'c', updates: [{ q: { k: 1 }, u: { $inc: { n: 1 } }, upsert: true }] };
    const before = await startEmbedded({ dataDir, port: 0 });
    const first = await send(update, lsid, 3, before.url);
    await before.stop();
    const after = await startTestDatabase({ dataDir, port: 0 });
    expect(await send(update, lsid, 3, after.url)).toEqual(first);
    expect(await after.client.db('retry').collection('c').findOne()).toMatchObject({ n: 1 });
    await after.stop();
  });

  it('are one write for each of many statements, and for those of the next command', async () => {
    const dataDir = temporaryDirectory();
    const lsid = newSession();
    const ids = Array.from({ length: 300 }, (_, _id) => _id);
    const insert = { insert: 'c', documents: ids.map((_id) => ({ _id, n: 0 })) };
    const updates = ids.map((_id) => ({ q: { _id }, u: { $inc: { n: 1 } } }));
    const before = await startEmbedded({ dataDir, port: 0 });
    await send(insert, lsid, 1, before.url);
    const first = await send({ update: 'c', updates }, lsid, 2, before.url);
    await before.stop();
    const after = await startTestDatabase({ dataDir, port: 0 });
    expect(await send({ update: 'c', updates }, lsid, 2, after.url)).toEqual(first);
    const items = after.client.db('retry').collection('c');
    expect(await items.countDocuments({ n: 1 })).toBe(ids.length);
    const deletes = Array.from({ length: 10 }, () => ({ q: { n: 1 }, limit: 1 }));
    for (let i = 0; i < 2; i += 1)
      expect((await send({ delete: 'c', deletes }, lsid, 3, after.url)).n).toBe(10);
    expect(await items.countDocuments({})).toBe(ids.length - 10);
    await after.stop();
  });
});

describe('failure cases', () => {
  it("refuses a number lower than the session's last", async () => {
    const lsid = newSession();
    await send({ insert: 'old', documents: [{ a: 1 }] }, lsid, 2);
    expect((await send({ insert: 'old', documents: [{ a: 2 }] }, lsid, 1)).code).toBe(225);
    expect(await count('old')).toBe(1);
  });

  it('does again what failed the first time', async () => {
    const lsid = newSession();
    await client.db('retry').collection<{ _id: number }>('failed').insertOne({ _id: 1 });
    const insert = { insert: 'failed', documents: [{ _id: 1 }] };
    expect((await send(insert, lsid, 1)).writeErrors).toMatchObject([{ code: 11000 }]);
    await client.db('retry').collection<{ _id: number }>('failed').deleteOne({ _id: 1 });
    expect((await send(insert, lsid, 1)).n).toBe(1);
  });

  it('refuses a session that is not a UUID', async () => {
    const lsid = { id: new Binary(randomBytes(3000)) };
    expect((await send({ insert: 'long', documents: [{ a: 1 }] }, lsid, 1)).code).toBe(207);
  });

  it('refuses transactions with the code of a server without them', async () => {
    const start = { insert: 'txn', documents: [{ a: 1 }], startTransaction: true, autocommit: false };
    expect((await send(start, newSession(), 1)).code).toBe(263);
    expect(await count('txn')).toBe(0);
  });
});

it("applies to the driver's own writes", async () => {
  const own = await startTestDatabase();
  const items = own.client.db('d').collection<{ _id: number }>('c');
  const monitored: Document[] = [];
  const watching = await MongoClient.connect(own.url, { monitorCommands: true });
  watching.on('commandStarted', (event) => monitored.push(event.command));
  await watching.db('d').collection<{ _id: number }>('c').insertOne({ _id: 1 });
  expect(monitored).toMatchObject([{ insert: 'c', txnNumber: expect.anything(), lsid: expect.anything() }]);
  expect(await items.countDocuments()).toBe(1);
  await watching.close();
  await own.stop();
});
