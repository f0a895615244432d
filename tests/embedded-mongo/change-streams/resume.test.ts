// A watcher misses nothing, whether its connection breaks or the server restarts or is killed.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Collection, type Document, MongoClient } from 'mongodb';
import { kill, spawnServer } from '../spawned-server.ts';
import { codeOf, startEmbedded, startTestDatabase, temporaryDirectory } from '../test-database.ts';
import { idsOf, type Watcher, watch } from './watching.ts';

interface Item extends Document {
  _id: number;
}

const portOf = (url: string): number => Number(new URL(url).port);

/** A client whose connections go through a proxy that can cut them. */
async function connectThroughProxy(url: string) {
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(portOf(url), '127.0.0.1');
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    client.pipe(server).pipe(client);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as AddressInfo;
  const client = await MongoClient.connect(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const stop = async (): Promise<void> => {
    await client.close();
    cut();
    proxy.close();
  };
  return { client, cut, stop };
}

/** Collects the inserted `_id`s that a stream reports until it is closed. */
function gather(stream: Watcher) {
  const seen: unknown[] = [];
  let failure: unknown;
  let isEnding = false;
  const reading = (async () => {
    for (;;) seen.push(...idsOf(await stream.take(1)));
  })().catch((error: unknown) => {
    if (!isEnding) failure = error;
  });
  const until = async (count: number): Promise<unknown[]> => {
    while (seen.length < count) {
      if (failure) throw failure;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return seen;
  };
  const end = async (): Promise<void> => {
    isEnding = true;
    await stream.close();
    await reading;
  };
  return { until, end };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

it('resumes after the last event each time its connection is cut', async () => {
  const database = await startTestDatabase({ port: 0 });
  const through = await connectThroughProxy(database.url);
  try {
    const items = database.client.db('d').collection<Item>('items');
    const gathered = gather(await watch(through.client.db('d').collection('items')));
    for (const round of numbers(5)) {
      through.cut();
      await items.insertMany(numbers(6).map((i) => ({ _id: round * 6 + i })));
      await gathered.until(round * 6 + 6);
    }
    expect(await gathered.until(30)).toEqual(numbers(30));
    await gathered.end();
  } finally {
    await through.stop();
    await database.stop();
  }
});

it('resumes after a server restart, including writes made before it was reopened', async () => {
  const dataDir = temporaryDirectory();
  let server = await startEmbedded({ dataDir, port: 0 });
  const port = portOf(server.url);
  const client = await MongoClient.connect(server.url);
  try {
    const items = client.db('d').collection<Item>('items');
    const gathered = gather(await watch(items));
    for (const round of numbers(3)) {
      await items.insertMany(numbers(5).map((i) => ({ _id: round * 5 + i })));
      await server.stop();
      server = await startEmbedded({ dataDir, port });
    }
    expect(await gathered.until(15)).toEqual(numbers(15));
    await gathered.end();
  } finally {
    await client.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

/** Inserts documents one after another until the server is gone; returns the acknowledged ones. */
async function insertUntilKilled(items: Collection<Item>, from: number): Promise<number[]> {
  const acknowledged: number[] = [];
  for (let i = from; ; i += 1) {
    const isDone = await items.insertOne({ _id: i }).then(
      () => true,
      () => false,
    );
    if (!isDone) return acknowledged;
    acknowledged.push(i);
  }
}

it('reports every acknowledged write across kill -9 once, in order, and nothing that was not stored', async () => {
  const dataDir = temporaryDirectory();
  const first = await spawnServer(dataDir);
  const port = portOf(first.url);
  const writerOptions = { retryWrites: false, serverSelectionTimeoutMS: 200 };
  const watcher = await MongoClient.connect(first.url);
  let server = first;
  try {
    const gathered = gather(await watch(watcher.db('d').collection('items')));
    const acknowledged: number[] = [];
    for (const round of numbers(3)) {
      const writer = await MongoClient.connect(server.url, writerOptions);
      const writing = insertUntilKilled(writer.db('d').collection<Item>('items'), round * 100_000);
      await gathered.until(acknowledged.length + 40);
      await kill(server.child);
      acknowledged.push(...(await writing));
      await writer.close();
      server = await spawnServer(dataDir, port);
    }
    const items = watcher.db('d').collection<Item>('items');
    await items.insertOne({ _id: 1_000_000 });
    const stored = (await items.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    const seen = await gathered.until(stored.length);
    expect(seen).toEqual(stored);
    expect(stored.filter((id) => acknowledged.includes(id))).toEqual(acknowledged);
    await gathered.end();
  } finally {
    await watcher.close();
    await kill(server.child);
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 90_000);

describe('a resume token', () => {
  let database: Awaited<ReturnType<typeof startTestDatabase>>;
  let items: Collection<Item>;

  beforeAll(async () => {
    database = await startTestDatabase({ changeLog: { maxBytes: 200_000, maxAgeMs: 60 * 60_000 } });
  });

  beforeEach(async () => {
    items = database.client.db('d').collection(`items${Math.random()}`);
  });

  afterAll(() => database.stop());

  it('that has left the log cannot be resumed from, and the error says so', async () => {
    const stream = await watch(items);
    await items.insertOne({ _id: 1 });
    const [event] = await stream.take(1);
    const later: Document[] = [];
    for (const i of numbers(40)) {
      await items.insertOne({ _id: i + 2, text: 'x'.repeat(10_000) });
      later.push(...(await stream.take(1)));
    }
    await stream.close();
    // The newest 200 KB are kept: 19 of these.
    const resumed = items.watch([], { resumeAfter: later[22]?._id });
    expect(idsOf([await resumed.next()])).toEqual([25]);
    await resumed.close();
    for (const options of [{ resumeAfter: event?._id }, { startAtOperationTime: event?.clusterTime }]) {
      const late = items.watch([], options);
      await expect(late.next()).rejects.toMatchObject({
        code: 286,
        codeName: 'ChangeStreamHistoryLost',
        errorLabels: expect.arrayContaining(['NonResumableChangeStreamError']),
      });
    }
  });

  it('of another collection is not found', async () => {
    const other = database.client.db('d').collection<Item>('other');
    const stream = await watch(other);
    await other.insertOne({ _id: 1 });
    const [event] = await stream.take(1);
    await stream.close();
    expect(await codeOf(items.watch([], { resumeAfter: event?._id }).next())).toBe(280);
  });

  it('of an invalidation works with startAfter but not with resumeAfter', async () => {
    const stream = await watch(items);
    await items.insertOne({ _id: 1 });
    await items.drop();
    const [, , invalidation] = await stream.take(3);
    expect(invalidation?.operationType).toBe('invalidate');
    expect(stream.stream.closed).toBe(true);
    await items.insertOne({ _id: 2 });
    expect(await codeOf(items.watch([], { resumeAfter: invalidation?._id }).next())).toBe(260);
    const anew = items.watch([], { startAfter: invalidation?._id });
    expect(idsOf([await anew.next()])).toEqual([2]);
    await anew.close();
  });

  it('comes with every batch, so that a watcher of a quiet collection need not reread changes of others', async () => {
    const stream = items.watch([], { maxAwaitTimeMS: 1 });
    const noisy = database.client.db('d').collection<Item>('noisy');
    const tokens: unknown[] = [];
    for (const i of numbers(4)) {
      await noisy.insertOne({ _id: i });
      expect(await stream.tryNext()).toBeNull();
      tokens.push(stream.resumeToken);
    }
    const texts = tokens.map((token) => String((token as Document)._data));
    expect([...texts].sort()).toEqual(texts);
    expect(new Set(texts).size).toBe(4);
    await items.insertOne({ _id: 1 });
    await stream.close();
    const again = items.watch([], { resumeAfter: tokens[1] });
    expect(idsOf([await again.next()])).toEqual([1]);
    await again.close();
  });
});
