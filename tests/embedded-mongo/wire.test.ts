// The protocol itself, byte by byte: what is sound is answered, what is not costs only its own connection.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Document, deserialize, serialize } from 'bson';
import { MongoClient } from 'mongodb';
import { MessageReader } from '../../src/embedded-mongo/wire/connection.ts';
import { crc32c } from '../../src/embedded-mongo/wire/crc32c.ts';
import { answerOf, bodySection, frame, int32, message, messagesOf, sequenceSection } from './raw-messages.ts';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let port: number;
const sockets: Socket[] = [];

beforeAll(async () => {
  database = await startTestDatabase({ port: 0 });
  port = Number(new URL(database.url).port);
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(async () => {
  await database.stop();
});

async function openSocket(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function ask(bytes: Buffer): Promise<Document> {
  const socket = await openSocket();
  const next = messagesOf(socket);
  socket.write(bytes);
  return answerOf(await next());
}

const ping = { ping: 1, $db: 'admin' };

describe('OP_MSG', () => {
  it('is answered with the request it answers', async () => {
    const socket = await openSocket();
    const next = messagesOf(socket);
    socket.write(message(0, bodySection(ping)));
    const reply = await next();
    expect([reply.readInt32LE(8), reply.readInt32LE(12)]).toEqual([7, 2013]);
    expect(answerOf(reply)).toEqual({ ok: 1 });
  });

  it('accepts documents in a separate section, before or after the body', async () => {
    const insert = bodySection({ insert: 'sections', $db: 'wire' });
    expect(await ask(message(0, insert, sequenceSection('documents', [{ _id: 1 }, { _id: 2 }])))).toEqual({
      n: 2,
      ok: 1,
    });
    expect(await ask(message(0, sequenceSection('documents', [{ _id: 3 }]), insert))).toEqual({
      n: 1,
      ok: 1,
    });
    const deletion = bodySection({ delete: 'sections', $db: 'wire' });
    const deletes = sequenceSection('deletes', [{ q: { _id: 1 }, limit: 1 }]);
    expect(await ask(message(0, deletion, deletes))).toEqual({ n: 1, ok: 1 });
  });

  it('may arrive in any pieces', async () => {
    const socket = await openSocket();
    const next = messagesOf(socket);
    const bytes = Buffer.concat([
      message(0, bodySection(ping)),
      message(0, bodySection({ hello: 1, $db: 'admin' })),
    ]);
    for (const byte of bytes.subarray(0, 60)) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write(bytes.subarray(60));
    expect(answerOf(await next())).toEqual({ ok: 1 });
    expect(answerOf(await next())).toMatchObject({ isWritablePrimary: true });
  });

  it('with moreToCome is executed and not answered', async () => {
    const socket = await openSocket();
    const next = messagesOf(socket);
    const insert = bodySection({ insert: 'silent', documents: [{ _id: 1 }], $db: 'wire' });
    socket.write(
      Buffer.concat([message(2, insert), message(0, bodySection({ count: 'silent', $db: 'wire' }))]),
    );
    expect(answerOf(await next())).toEqual({ n: 1, ok: 1 });
  });

  it('with a checksum is answered if it is right', async () => {
    const payload = Buffer.concat([int32(1), bodySection(ping)]);
    const bytes = frame(2013, Buffer.concat([payload, int32(0)]));
    const end = bytes.length - 4;
    bytes.writeUInt32LE(crc32c(bytes.subarray(0, end)), end);
    expect(await ask(bytes)).toEqual({ ok: 1 });
    bytes.writeUInt32LE(1, end);
    const socket = await openSocket();
    socket.write(bytes);
    await once(socket, 'close');
  });

  it('with malformed BSON is answered with an error, and the connection stays open', async () => {
    const socket = await openSocket();
    const next = messagesOf(socket);
    const broken = bodySection({ ping: 1, s: 'text', $db: 'admin' });
    broken[broken.indexOf('text') - 4] = 200;
    socket.write(message(0, broken));
    expect(answerOf(await next())).toMatchObject({ ok: 0, code: 22 });
    socket.write(message(0, bodySection(ping)));
    expect(answerOf(await next())).toEqual({ ok: 1 });
  });
});

describe('OP_QUERY', () => {
  const query = (ns: string, command: Document): Buffer =>
    frame(
      2004,
      Buffer.concat([int32(0), Buffer.from(`${ns}\0`), int32(0), int32(0xffffffff), serialize(command)]),
    );

  it('answers the legacy hello', async () => {
    const socket = await openSocket();
    const next = messagesOf(socket);
    socket.write(query('admin.$cmd', { isMaster: 1 }));
    const reply = await next();
    expect(reply.readInt32LE(12)).toBe(1);
    expect(deserialize(reply.subarray(36))).toMatchObject({
      ismaster: true,
      helloOk: true,
      maxWireVersion: 21,
      ok: 1,
    });
  });

  it('is refused for everything else', async () => {
    const socket = await openSocket();
    socket.write(query('wire.sections', {}));
    await once(socket, 'close');
  });
});

describe('failure cases', () => {
  const endless = int32(0x7fffffff);
  it.each<[string, Buffer]>([
    ['a length below that of a header', Buffer.concat([int32(3), Buffer.alloc(20)])],
    ['a length above 48 MB', Buffer.concat([int32(48_000_001), Buffer.alloc(20)])],
    ['a negative length', Buffer.concat([int32(0xffffffff), Buffer.alloc(20)])],
    ['an opcode of another protocol', frame(2002, Buffer.alloc(10))],
    ['compression that was not agreed on', frame(2012, Buffer.alloc(10))],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['required flags that are not known', message(8, bodySection(ping))],
    ['no body', message(0, sequenceSection('documents', []))],
    ['two bodies', message(0, bodySection(ping), bodySection(ping))],
    ['a section of an unknown kind', message(0, Buffer.from([9, 0, 0, 0, 0]))],
    [
      'a body longer than its message',
      message(0, Buffer.concat([Buffer.from([0]), endless, Buffer.from([0])])),
    ],
    [
      'a sequence longer than its message',
      message(0, bodySection(ping), Buffer.concat([Buffer.from([1]), endless])),
    ],
    ['an empty message', frame(2013, Buffer.alloc(0))],
  ])('closes the connection that sends %s, and no other', async (_, bytes) => {
    const other = await openSocket();
    const socket = await openSocket();
    socket.write(bytes);
    await once(socket, 'close');
    other.write(message(0, bodySection(ping)));
    expect(answerOf(await messagesOf(other)())).toEqual({ ok: 1 });
  });

  it('serves others while clients send half a message and wait', async () => {
    const idle = await Promise.all(Array.from({ length: 50 }, openSocket));
    for (const socket of idle) socket.write(message(0, bodySection(ping)).subarray(0, 20));
    expect(await database.client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
  });
});

it('separates messages however they are split', () => {
  const messages = [ping, { hello: 1 }, { a: 'x'.repeat(500) }].map((each) => message(0, bodySection(each)));
  const bytes = Buffer.concat(messages);
  for (const size of [1, 3, 16, 21, 100, bytes.length]) {
    const reader = new MessageReader();
    const found: Buffer[] = [];
    for (let i = 0; i < bytes.length; i += size) found.push(...reader.push(bytes.subarray(i, i + size)));
    expect(found).toEqual(messages);
  }
});

it.each(['127.0.0.1', 'localhost'])('serves a driver that was only told mongodb://%s:port', async (host) => {
  const client = await MongoClient.connect(`mongodb://${host}:${port}/?serverSelectionTimeoutMS=3000`);
  expect(await client.db('wire').collection('c').insertOne({})).toMatchObject({ acknowledged: true });
  await client.close();
});
