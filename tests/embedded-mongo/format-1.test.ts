// A directory written before values had checksums opens, and gets them in the background.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type Collection, MongoClient } from 'mongodb';
import { checkFile } from '../../src/embedded-mongo/storage/check-file.ts';
import { Sealer } from '../../src/embedded-mongo/storage/sealer.ts';
import { Store } from '../../src/embedded-mongo/storage/store.ts';
import { startEmbedded, temporaryDirectory } from './test-database.ts';

interface Item {
  _id: number;
  key: string;
  n?: number;
  tags: string[];
  text?: string;
}

// Written by the last version with format 1: forty documents, a large one, and three indexes.
const written = readFileSync(fileURLToPath(new URL('./format-1.data.mdb.gz', import.meta.url)));

let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = temporaryDirectory();
  file = path.join(dataDir, 'data.mdb');
  writeFileSync(file, gunzipSync(written));
  writeFileSync(path.join(dataDir, 'foyer-embedded-mongo.json'), '{"format":1,"state":"ready"}\n');
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

async function use(work: (items: Collection<Item>) => Promise<void>): Promise<void> {
  const database = await startEmbedded({ dataDir });
  const client = await MongoClient.connect(database.url);
  await work(client.db('d').collection<Item>('items'));
  await client.close();
  await database.stop();
}

async function expectAll(items: Collection<Item>): Promise<void> {
  const all = await items.find({}, { sort: { _id: 1 } }).toArray();
  expect(all.map(({ _id }) => _id)).toEqual(Array.from({ length: 41 }, (_, n) => n));
  expect(all[0]).toEqual({ _id: 0, key: 'key 0', n: 100, tags: ['tag 0', 'all'] });
  expect(all[40]?.text).toBe('x'.repeat(9000));
  expect(await items.countDocuments({ tags: 'all' }, { hint: { tags: 1, n: -1 } })).toBe(40);
  expect(await items.findOne({ key: 'key 17' })).toMatchObject({ _id: 17 });
}

async function untilSealed(): Promise<void> {
  const store = new Store(file);
  const sealer = new Sealer(store);
  sealer.start();
  while (!store.isSealed) await new Promise((resolve) => setImmediate(resolve));
  await sealer.stop();
  await store.close();
}

it('opens with all its documents and accepts writes', async () => {
  expect(checkFile(file).damages).toEqual([]);
  await use(async (items) => {
    await expectAll(items);
    await items.updateOne({ _id: 5 }, { $set: { n: 50 } });
    await expect(items.insertOne({ _id: 99, key: 'key 3', tags: [] })).rejects.toThrow('E11000');
  });
  await use(async (items) => {
    await expectAll(items);
    expect(await items.findOne({ _id: 5 })).toMatchObject({ n: 50 });
  });
});

it('is refused by earlier versions once it has been opened', async () => {
  await use(async () => undefined);
  const marker = readFileSync(path.join(dataDir, 'foyer-embedded-mongo.json'), 'utf8');
  expect(JSON.parse(marker)).toEqual({ format: 2, state: 'ready' });
});

it('gets checksums after a while, after which everything in it is checked', async () => {
  await untilSealed();
  expect(checkFile(file).damages).toEqual([]);
  const bytes = readFileSync(file);
  const at = bytes.lastIndexOf('key 17');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  expect(checkFile(file).damages).toHaveLength(1);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await use(expectAll);
});

it('continues the conversion where it was interrupted', async () => {
  const store = new Store(file);
  const range = { start: Buffer.from([1]), end: Buffer.from([0xff]) };
  await store.write((writer) => store.sealPart(writer, range, { limit: 30, maxBytes: 1_000_000 }));
  expect(store.isSealed).toBe(false);
  await store.close();
  expect(checkFile(file).damages).toEqual([]);
  await use(expectAll);
  await untilSealed();
  await use(expectAll);
});
