// What no driver would send: bytes that are no BSON, and values that `bson` cannot read. The malformed documents are of
// the kinds that MongoDB's BSON corpus lists.
import { once } from 'node:events';
import { connect } from 'node:net';
import { Binary, type Document, deserialize, serialize } from 'bson';
import { int32, message, messagesOf } from './raw-messages.ts';
import { codeOf, startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase({ port: 0 });
});
afterAll(() => database.stop());

const document = (...elements: Buffer[]): Buffer => {
  const content = Buffer.concat([...elements, Buffer.from([0])]);
  return Buffer.concat([int32(content.length + 4), content]);
};
const element = (type: number, name: string, value: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), Buffer.isBuffer(value) ? value : hex(value)]);
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const text = (value: string): Buffer => Buffer.concat([int32(value.length + 1), Buffer.from(`${value}\0`)]);
const idOf = (id: number): Buffer => element(16, '_id', int32(id));
const withField = (id: number, type: number, value: Buffer | string): Buffer =>
  document(idOf(id), element(type, 'a', value));

/** Sends a command given as bytes over a connection of its own; gives the answer's bytes. */
async function send(command: Buffer): Promise<Buffer> {
  const socket = connect(Number(new URL(database.url).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(message(0, Buffer.concat([Buffer.from([0]), command])));
    return (await messagesOf(socket)()).subarray(21);
  } finally {
    socket.destroy();
  }
}

const commandOn = (name: string, collection: string, ...fields: Buffer[]): Buffer =>
  document(element(2, name, text(collection)), ...fields, element(2, '$db', text('d')));

async function insertBytes(collection: string, bytes: Buffer): Promise<Document> {
  return deserialize(
    await send(commandOn('insert', collection, element(4, 'documents', document(element(3, '0', bytes))))),
  );
}

/** The bytes of all documents, as they come back from `find` or another command. */
async function findBytes(collection: string, command = commandOn('find', collection)): Promise<Buffer[]> {
  const answer = await send(command);
  const batch = deserialize(answer, { fieldsAsRaw: { firstBatch: true } }).cursor.firstBatch as Uint8Array[];
  return batch.map((each) => Buffer.from(each));
}

const invalidBson = 22;

describe('A malformed document is refused, and does its collection no harm:', () => {
  it.each<[string, number, string]>([
    ['an array that eats the end of its document', 4, '0d000000 10 3000 0a000000 00 00'],
    ['an array that leaves its own end over', 4, '0b000000 10 3000 0a000000 00'],
    ['a document with a string in it that is cut off', 3, '12000000 02 62617200 05000000 62617a00 00'],
    ['a binary that is longer than its document', 5, 'ff000000 05 73ffd26444'],
    ['a binary of negative length', 5, 'ffffffff 00'],
    ['a binary of the old form whose inner length is too long', 5, '06000000 02 03000000 ffff'],
    ['a binary of the old form whose inner length is too short', 5, '06000000 02 01000000 ffff'],
    ['a binary of the old form whose inner length is negative', 5, '06000000 02 ffffffff ffff'],
    ['a binary of the old form without an inner length', 5, '02000000 02 ffff'],
    ['a boolean of 2', 8, '02'],
    ['a boolean of -1', 8, 'ff'],
    ['a date that is cut off', 9, '12345678'],
    ['a regular expression with a null byte in its pattern', 11, '610063 00 6900 6d00'],
    ['a DBPointer whose string has a negative length', 12, 'ffffffff 6200 56e1fc72e0c917e9c4714161'],
    ['a DBPointer whose string has no length', 12, '00000000 6200 56e1fc72e0c917e9c4714161'],
    ['a DBPointer whose string has no end', 12, '02000000 6262 56e1fc72e0c917e9c4714161'],
    ['a DBPointer with half an id', 12, '03000000 616200 56e1fc72e0c917'],
    ['code of no length', 13, '00000000'],
    ['code of negative length', 13, 'ffffffff'],
    ['code that eats the end of its document', 13, '05000000 6200 6200'],
    ['code without an end', 13, '04000000 616263ff'],
    ['code with a scope and no length', 15, '00000000 05000000 6162636400 05000000 00'],
    ['code with a scope that is shorter than anything', 15, '0d000000 01000000 00 05000000 00'],
    [
      'code that cuts off its scope',
      15,
      '1f000000 05000000 6162636400 1300000010780001000000107900010000 0000',
    ],
    ['code that begins its scope too early', 15, '12000000 04000000 6162636400 05000000 00'],
    ['code that begins its scope too late', 15, '12000000 06000000 6162636400 05000000 00'],
    ['code with bytes behind its scope', 15, '14000000 05000000 6162636400 05000000 00 0000'],
    ['a scope with a string of no length', 15, '15000000 01000000 00 0c000000 02 0000000000 00'],
    ['a string of no length', 2, '00000000'],
    ['a string of negative length', 2, 'ffffffff'],
    ['a string that eats the end of its document', 2, '05000000 6200 6200'],
    ['a string that is longer than the message', 2, 'ffffff00 666f6f00'],
    ['a string without an end', 2, '04000000 616263ff'],
    ['a string with a null byte behind its end', 2, '01000000 00 00'],
    ['a symbol without an end', 14, '04000000 616263ff'],
    ['a timestamp that is cut off', 17, '2a000000 15cd5b'],
    ['an id that is cut off', 7, '56e1fc72e0c917e9c4'],
    ['a type that is none', 0x20, ''],
    ['a type above all', 0x80, ''],
    ['an end before the end', 0, ''],
  ])('%s', async (_what, type, value) => {
    await database.client.db('d').collection('sound').insertOne({ a: 1 });
    expect((await insertBytes('sound', withField(7, type, value))).code).toBe(invalidBson);
    const sound = database.client.db('d').collection<Document>('sound');
    expect(await sound.find({}).toArray()).toMatchObject([{ a: 1 }]);
    await sound.deleteMany({});
    expect(await sound.countDocuments({})).toBe(0);
  });

  it('so is one inside any other command', async () => {
    const badFilter = element(3, 'filter', withField(1, 8, '02'));
    expect(deserialize(await send(commandOn('find', 'sound', badFilter))).code).toBe(invalidBson);
  });
});

describe('Every well-formed document is returned byte by byte, even after an update of another field:', () => {
  const cases: [string, number, string][] = [
    ['a string with a byte that is no UTF-8', 2, '02000000 e9 00'],
    ['a string cut off inside a character', 2, '04000000 61e282 00'],
    ['a string with a surrogate as UTF-8', 2, '05000000 eda080 62 00'],
    ['a string with characters of all lengths and a bad byte', 2, '0c000000 61c3a9e282acf09f9880ff 00'],
    ['a symbol with a byte that is no UTF-8', 14, '02000000 e9 00'],
    ['code with a byte that is no UTF-8', 13, '02000000 e9 00'],
    ['a DBPointer', 12, '02000000 6200 56e1fc72e0c917e9c4714161'],
    ['a DBPointer with a byte that is no UTF-8', 12, '02000000 e900 56e1fc72e0c917e9c4714161'],
    ['undefined', 6, ''],
    ['undefined in an array', 4, '0b000000 06 3000 0a 3100 00'],
    ['a DBRef', 3, '1a000000 02 2472656600 02000000 6300 10 24696400 01000000 00'],
    ['a regular expression with options that JavaScript has not', 11, '6100 7a617700'],
    ['a binary of the old form', 5, '06000000 02 02000000 ffff'],
    ['a binary of a subtype of its own', 5, '02000000 80 ffff'],
    ['code with a scope', 15, '12000000 05000000 6162636400 05000000 00'],
    ['a negative zero', 1, '0000000000000080'],
    ['a NaN', 1, '000000000000f87f'],
    ['a timestamp beyond the half of its range', 17, 'ffffffff ffffffff'],
    ['the lowest key', 0xff, ''],
  ];

  const project = document(element(3, '$project', document(element(8, 'a', '01'))));
  const onlyA = commandOn(
    'aggregate',
    'kept',
    element(4, 'pipeline', document(element(3, '0', project))),
    element(3, 'cursor', document()),
  );

  it.each(cases)('%s', async (_what, type, value) => {
    const items = database.client.db('d').collection<{ _id: number }>('kept');
    await items.deleteMany({});
    expect(await insertBytes('kept', withField(1, type, value))).toMatchObject({ ok: 1, n: 1 });
    expect(await findBytes('kept')).toEqual([withField(1, type, value)]);
    expect(await items.updateOne({ a: { $exists: true } }, { $set: { z: true } })).toMatchObject({
      modifiedCount: 1,
    });
    expect(await findBytes('kept')).toEqual([
      document(idOf(1), element(type, 'a', value), element(8, 'z', '01')),
    ]);
    expect(await findBytes('kept', onlyA)).toEqual([withField(1, type, value)]);
    await items.deleteOne({ _id: 1 });
    expect(await findBytes('kept')).toEqual([]);
  });

  it('with an index on the field, which finds it', async () => {
    const items = database.client.db('d').collection<{ _id: number }>('indexed');
    await items.createIndex({ a: 1 });
    for (const [id, [, type, value]] of cases.entries()) {
      expect(await insertBytes('indexed', withField(id, type, value))).toMatchObject({ ok: 1, n: 1 });
    }
    const forward = (await items.find({}, { sort: { a: 1 }, projection: { _id: 1 } }).toArray()).map(
      ({ _id }) => _id,
    );
    const sorted = (
      await items.find({}, { sort: { a: 1 }, projection: { _id: 1 }, hint: { $natural: 1 } }).toArray()
    ).map(({ _id }) => _id);
    expect(forward).toEqual(sorted);
    for (const [id, [, type, value]] of cases.entries()) {
      // These are refused in filters, or mean something else there.
      if ([4, 6, 11].includes(type)) continue;
      const filter = element(3, 'filter', document(element(type, 'a', value)));
      const found = await findBytes('indexed', commandOn('find', 'indexed', filter));
      expect(found).toContainEqual(withField(id, type, value));
    }
  });
});

describe('A value of type undefined', () => {
  const undefinedElement = (name: string): Buffer => element(6, name, '');
  const find = async (filter: Buffer): Promise<Document> =>
    deserialize(await send(commandOn('find', 'undefined', element(3, 'filter', filter))));

  beforeAll(async () => {
    await insertBytes('undefined', document(idOf(1), undefinedElement('a')));
    await insertBytes('undefined', document(idOf(2), element(10, 'a', '')));
    await insertBytes('undefined', document(idOf(3)));
  });

  it('is refused in filters, and as an _id', async () => {
    const badValue = 2;
    const operators = ['$eq', '$ne', '$gt', '$lte'].map((op) =>
      element(3, 'a', document(undefinedElement(op))),
    );
    const lists = ['$in', '$nin', '$all'].map((op) =>
      element(3, 'a', document(element(4, op, document(undefinedElement('0'))))),
    );
    for (const predicate of [undefinedElement('a'), ...operators, ...lists]) {
      expect((await find(document(predicate))).code).toBe(badValue);
    }
    const answer = await insertBytes('undefined', document(undefinedElement('_id')));
    expect(answer.writeErrors).toMatchObject([{ index: 0, code: badValue }]);
  });

  it.each<[string, Document, number[]]>([
    ['is equal to null', { a: null }, [1, 2, 3]],
    ['is there', { a: { $exists: true } }, [1, 2]],
    ['is known by its type', { a: { $type: 'undefined' } }, [1]],
    ['is none of several values', { a: { $in: [null, 7] } }, [2, 3]],
    ['is nothing to expressions', { $expr: { $eq: [{ $ifNull: ['$a', 5] }, 5] } }, [1, 2, 3]],
  ])('%s', async (_what, filter, ids) => {
    const items = database.client.db('d').collection<{ _id: number }>('undefined');
    const found = async () => (await items.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(await found()).toEqual(ids);
    await items.createIndex({ a: 1 });
    expect(await found()).toEqual(ids);
    await items.dropIndexes();
  });
});

it('an old binary from the driver is returned as it was sent', async () => {
  const items = database.client.db('d').collection<Document>('binaries');
  await items.insertOne({ a: new Binary(Buffer.from('xyz'), Binary.SUBTYPE_BYTE_ARRAY) });
  expect(serialize({ a: (await items.findOne({}, { promoteBuffers: false }))?.a })).toEqual(
    serialize({ a: new Binary(Buffer.from('xyz'), Binary.SUBTYPE_BYTE_ARRAY) }),
  );
});

it('a regular expression with unknown options does not keep other fields from being read', async () => {
  const items = database.client.db('d').collection<{ _id: number }>('regexes');
  await insertBytes('regexes', withField(1, 11, '6100 7a00'));
  await items.insertOne({ _id: 2 });
  expect(await items.countDocuments({ b: { $exists: false } })).toBe(2);
  expect(await codeOf(items.updateMany({}, { $set: { b: 1 } }))).toBeUndefined();
});
