// Documents that the driver does not send, and that could not be kept as they are: they are refused.
import { once } from 'node:events';
import { connect } from 'node:net';
import { type Document, Long, serialize } from 'bson';
import { answerOf, message, messagesOf } from './raw-messages.ts';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase({ port: 0 });
});
afterAll(() => database.stop());

const notImplemented = 238;

/** Sends a command whose bytes were changed. */
async function sendChanged(command: Document, change: (bytes: Buffer) => void): Promise<Document> {
  const bytes = Buffer.from(serialize(command));
  change(bytes);
  const socket = connect(Number(new URL(database.url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(message(0, Buffer.concat([Buffer.from([0]), bytes])));
    return answerOf(await messagesOf(socket)());
  } finally {
    socket.destroy();
  }
}

const rename = (from: string, to: string) => (bytes: Buffer) => void bytes.write(to, bytes.indexOf(from));

it('a document with two _ids is refused, and no other loses its place in the index', async () => {
  const items = database.client.db('d').collection<{ _id: number }>('twice');
  await items.insertOne({ _id: 2 });
  const command = { insert: 'twice', documents: [{ _id: 1, _iX: 2 }], $db: 'd' };
  const answer = await sendChanged(command, rename('_iX', '_id'));
  expect(answer).toMatchObject({ n: 0, writeErrors: [{ index: 0, code: 2 }] });
  await items.deleteMany({});
  await items.insertMany([{ _id: 1 }, { _id: 2 }]);
  expect(await items.countDocuments({ _id: { $in: [1, 2] } })).toBe(2);
});

it('a document with another _id in an embedded document is accepted', async () => {
  const items = database.client.db('d').collection('inside');
  await items.insertOne({ a: { _id: 1 }, text: '_id' });
  expect(await items.countDocuments({ 'a._id': 1 })).toBe(1);
});

describe('dates that JavaScript cannot represent', () => {
  const asDate = (bytes: Buffer): void => {
    bytes[bytes.indexOf('at\0') - 1] = 9;
  };

  it.each([
    { insert: 'dates', documents: [{ at: Long.MAX_VALUE }] },
    { update: 'dates', updates: [{ q: {}, u: { $set: { at: Long.fromString('8640000000000001') } } }] },
    { find: 'dates', filter: { at: Long.MIN_VALUE } },
  ])('are refused in %j', async (command) => {
    const answer = await sendChanged({ ...command, $db: 'd' }, asDate);
    expect(answer.code).toBe(notImplemented);
  });

  it('are refused as results', async () => {
    const items = database.client.db('d').collection<{ _id: number; at: Date }>('computed');
    await items.insertOne({ _id: 1, at: new Date(8.64e15) });
    expect((await items.findOne({ _id: 1 }))?.at).toEqual(new Date(8.64e15));
    for (const v of [{ $add: ['$at', 1] }, { $toDate: Long.MAX_VALUE }, { $subtract: ['$at', -5] }]) {
      expect(await codeOf(items.aggregate([{ $project: { v } }]).toArray())).toBe(notImplemented);
    }
  });
});
