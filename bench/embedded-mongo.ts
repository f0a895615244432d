import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { open } from 'lmdb';
import { type Collection, MongoClient } from 'mongodb';
import { startEmbeddedMongo } from '../src/embedded-mongo/start.ts';

const inFlight = 64;
const warmUpMs = 1500;
const measuredMs = 4000;

interface Item {
  _id: string;
  token: string;
  name: string;
  n: number;
}

interface Figure {
  what: string;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** Keeps `inFlight` operations going, and measures them after a warm-up. */
async function measure(what: string, operation: (i: number) => Promise<unknown>): Promise<Figure> {
  let next = 0;
  const begin = performance.now() + warmUpMs;
  const end = begin + measuredMs;
  const latencies: number[] = [];
  const worker = async (): Promise<void> => {
    for (let start = performance.now(); start < end; start = performance.now()) {
      next += 1;
      await operation(next);
      if (start >= begin) latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  latencies.sort((a, b) => a - b);
  return {
    what,
    perSecond: Math.round((latencies.length / measuredMs) * 1000),
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

const item = (i: number): Item => ({ _id: `id-${i}`, token: `token-${i}`, name: 'x'.repeat(120), n: i });

async function benchDriver(folder: string): Promise<Figure[]> {
  const database = await startEmbeddedMongo({ dataDir: path.join(folder, 'mongo') });
  const client = new MongoClient(database.url, { maxPoolSize: inFlight });
  try {
    const items: Collection<Item> = client.db('bench').collection('items');
    await items.createIndex({ token: 1 }, { unique: true });
    const plain: Collection<Item> = client.db('bench').collection('plain');
    let inserted = 0;
    const inserts = await measure('insertOne', (i) => {
      inserted = i;
      return plain.insertOne(item(i));
    });
    const some = Math.min(inserted, 10_000);
    await items.insertMany(Array.from({ length: some }, (_, i) => item(i + 1)));
    return [
      inserts,
      await measure('findOne by _id', (i) => plain.findOne({ _id: `id-${(i % some) + 1}` })),
      await measure('findOne by unique index', (i) => items.findOne({ token: `token-${(i % some) + 1}` })),
      await measure('updateOne by _id', (i) =>
        plain.updateOne({ _id: `id-${(i % some) + 1}` }, { $set: { n: i } }),
      ),
      await measure('insertOne, unique index', (i) => items.insertOne(item(some + i))),
    ];
  } finally {
    await client.close();
    await database.stop();
  }
}

/** The storage by itself: what would be left if the protocol, commands and indexes cost nothing. */
async function benchLmdb(folder: string): Promise<Figure[]> {
  const store = open<Buffer, Buffer>({
    path: path.join(folder, 'bare.mdb'),
    keyEncoding: 'binary',
    encoding: 'binary',
    overlappingSync: false,
  });
  try {
    const value = Buffer.alloc(200, 1);
    const keyOf = (i: number): Buffer => Buffer.from(`id-${i}`);
    const puts = await measure('bare lmdb put', (i) => store.put(keyOf(i), value));
    const gets = await measure('bare lmdb get', async (i) => store.get(keyOf((i % 10_000) + 1)));
    return [puts, gets];
  } finally {
    await store.close();
  }
}

function print(figures: readonly Figure[]): void {
  console.log(`| ${inFlight} in flight | per second | p50 ms | p99 ms |`);
  console.log('| --- | ---: | ---: | ---: |');
  for (const { what, perSecond, p50Ms, p99Ms } of figures) {
    console.log(
      `| ${what} | ${perSecond.toLocaleString('en')} | ${p50Ms.toFixed(2)} | ${p99Ms.toFixed(2)} |`,
    );
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
