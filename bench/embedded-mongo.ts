import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { open } from 'lmdb';
import type { Collection, Db } from 'mongodb';
import { EmbeddedProcess } from './embedded-process.ts';
import { encodeCommand, WireClient } from './wire-client.ts';

const inFlight = 64;
/** Half as many calls again are made before, unmeasured. */
const measuredCalls = 10_000;
const itemCount = 10_000;
/** The keys that one count reads. */
const countedKeys = 70_000;
const countCalls = 20;
const wordsPerDocument = 20;
const multikeyCalls = 2000;

interface Item {
  _id: string;
  token: string;
  name: string;
  n: number;
}

interface Operation {
  readonly what: string;
  /** How many of what is counted one call does. */
  readonly times?: number;
  readonly calls?: number;
  run(i: number): unknown;
}

interface Figure {
  what: string;
  perSecond: number;
  /** Per second of the processor time of whatever stores the data. It says as much on a busy machine as on a quiet one. */
  perCpuSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** The processor time used so far, in microseconds. */
type CpuMicros = () => Promise<number>;

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** Makes some calls, several of them at a time, and returns how long each took. */
async function repeat(run: Operation['run'], from: number, to: number): Promise<number[]> {
  let next = from;
  const latencies: number[] = [];
  const worker = async (): Promise<void> => {
    while (next < to) {
      next += 1;
      const start = performance.now();
      await run(next);
      latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, to - from) }, worker));
  return latencies;
}

async function measure(operation: Operation, cpuMicros: CpuMicros): Promise<Figure> {
  const { what, times = 1, calls = measuredCalls, run } = operation;
  const warmUpCalls = calls / 2;
  await repeat(run, 0, warmUpCalls);
  const [cpuBefore, startedAt] = [await cpuMicros(), performance.now()];
  const latencies = await repeat(run, warmUpCalls, warmUpCalls + calls);
  const [seconds, cpuAfter] = [(performance.now() - startedAt) / 1000, await cpuMicros()];
  latencies.sort((a, b) => a - b);
  const done = latencies.length * times;
  return {
    what,
    perSecond: Math.round(done / seconds),
    perCpuSecond: Math.round(done / ((cpuAfter - cpuBefore) / 1e6)),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

async function measureAll(operations: readonly Operation[], cpuMicros: CpuMicros): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const operation of operations) figures.push(await measure(operation, cpuMicros));
  return figures;
}

const item = (i: number): Item => ({ _id: `id-${i}`, token: `token-${i}`, name: 'x'.repeat(120), n: i });
const someId = (i: number): string => `id-${(i % itemCount) + 1}`;

/** A document's search words: few are rare, most are in many documents. */
const wordsOf = (i: number): string[] =>
  Array.from({ length: wordsPerDocument }, (_, j) => `word-${(i * (j + 1) * 7919) % (500 << (j % 8))}`);

async function operationsOn(db: Db): Promise<Operation[]> {
  const plain: Collection<Item> = db.collection('plain');
  const unique: Collection<Item> = db.collection('unique');
  const multikey: Collection<{ words: string[] }> = db.collection('multikey');
  const counted: Collection<{ n: number }> = db.collection('counted');
  const items = Array.from({ length: itemCount }, (_, i) => item(i + 1));
  await unique.createIndex({ token: 1 }, { unique: true });
  await multikey.createIndex({ words: 1 });
  await counted.createIndex({ n: 1 });
  await plain.insertMany(items);
  await unique.insertMany(items);
  await counted.insertMany(Array.from({ length: countedKeys }, (_, n) => ({ n })));
  return [
    { what: 'insertOne', run: (i) => plain.insertOne(item(itemCount + i)) },
    { what: 'findOne by _id', run: (i) => plain.findOne({ _id: someId(i) }) },
    {
      what: 'findOne by unique index',
      run: (i) => unique.findOne({ token: `token-${(i % itemCount) + 1}` }),
    },
    {
      what: 'updateOne by _id',
      run: (i) => plain.updateOne({ _id: someId(i) }, { $set: { n: i } }),
    },
    { what: 'insertOne, unique index', run: (i) => unique.insertOne(item(itemCount + i)) },
    {
      what: `index entries, insertOne with ${wordsPerDocument} each`,
      times: wordsPerDocument,
      calls: multikeyCalls,
      run: (i) => multikey.insertOne({ words: wordsOf(i) }),
    },
    {
      what: `keys counted, ${countedKeys.toLocaleString('en')} at once`,
      times: countedKeys,
      calls: countCalls,
      run: () => counted.countDocuments({ n: { $gte: 0 } }),
    },
  ];
}

/** What the server itself can do; the collections are there already. */
function operationsOver(wire: WireClient): Operation[] {
  const look = (i: number) =>
    encodeCommand({ find: 'plain', filter: { _id: someId(i) }, limit: 1, singleBatch: true, $db: 'bench' });
  const looks = Array.from({ length: itemCount }, (_, i) => look(i));
  const ping = encodeCommand({ ping: 1, $db: 'bench' });
  const calls = 4 * measuredCalls;
  const lookOf = (i: number): Buffer => looks[i % itemCount] ?? ping;
  return [
    { what: 'encoded beforehand: ping', calls, run: () => wire.send(ping) },
    { what: 'encoded beforehand: find by _id', calls, run: (i) => wire.send(lookOf(i)) },
  ];
}

async function benchDriver(folder: string): Promise<Figure[]> {
  const database = await EmbeddedProcess.start({
    dataDir: path.join(folder, 'mongo'),
    maxPoolSize: inFlight,
  });
  try {
    const cpuMicros = () => database.cpuMicros();
    const throughDriver = await measureAll(await operationsOn(database.client.db('bench')), cpuMicros);
    const wire = await WireClient.connect(database.socketPath, inFlight);
    const overWire = await measureAll(operationsOver(wire), cpuMicros);
    wire.close();
    return [...throughDriver, ...overWire];
  } finally {
    await database.stop();
  }
}

const ownCpuMicros = async (): Promise<number> => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** The storage by itself: what would be left if the protocol, commands and checksums cost nothing. */
async function benchLmdb(folder: string): Promise<Figure[]> {
  const store = open<Buffer, Buffer>({
    path: path.join(folder, 'bare.mdb'),
    keyEncoding: 'binary',
    encoding: 'binary',
    overlappingSync: false,
  });
  try {
    const value = Buffer.alloc(200, 1);
    const entry = Buffer.alloc(6, 1);
    const keyOf = (text: string): Buffer => Buffer.from(text);
    await Promise.all(
      Array.from({ length: countedKeys }, (_, i) =>
        store.put(keyOf(`entry-${String(i).padStart(8, '0')}`), entry),
      ),
    );
    const putEntries = async (i: number): Promise<void> => {
      await Promise.all(wordsOf(i).map((word) => store.put(keyOf(`${word}-${i}`), entry)));
    };
    const countEntries = (): number => {
      let count = 0;
      for (const _ of store.getRange({ start: keyOf('entry-'), end: keyOf('entry.') })) count += 1;
      return count;
    };
    const operations: Operation[] = [
      { what: 'bare lmdb: put', run: (i) => store.put(keyOf(`id-${i}`), value) },
      { what: 'bare lmdb: get', run: (i) => store.get(keyOf(someId(i))) },
      {
        what: `bare lmdb: puts, ${wordsPerDocument} at once`,
        times: wordsPerDocument,
        calls: multikeyCalls,
        run: putEntries,
      },
      { what: 'bare lmdb: keys of a range', times: countedKeys, calls: countCalls, run: countEntries },
    ];
    return await measureAll(operations, ownCpuMicros);
  } finally {
    await store.close();
  }
}

function print(figures: readonly Figure[]): void {
  console.log(`| ${inFlight} in flight | per second | per processor second | p50 ms | p99 ms |`);
  console.log('| --- | ---: | ---: | ---: | ---: |');
  for (const { what, perSecond, perCpuSecond, p50Ms, p99Ms } of figures) {
    const counts = [perSecond, perCpuSecond].map((count) => count.toLocaleString('en'));
    console.log(`| ${[what, ...counts, p50Ms.toFixed(2), p99Ms.toFixed(2)].join(' | ')} |`);
  }
}

/** Measures the embedded database through the driver, next to a bare loop of `lmdb` puts and gets. */
export async function runEmbeddedMongoBench(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'foyer-bench-'));
  try {
    print([...(await benchDriver(folder)), ...(await benchLmdb(folder))]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
