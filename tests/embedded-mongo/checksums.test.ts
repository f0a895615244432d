// A bit flipped on disk is found when it is read, by the background check and by `check`: it is named, never served.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { createEngine } from '../../src/embedded-mongo/engine.ts';
import { checkFile } from '../../src/embedded-mongo/storage/check-file.ts';
import { seal, unseal } from '../../src/embedded-mongo/storage/checksum.ts';
import { documentKey } from '../../src/embedded-mongo/storage/layout.ts';
import { Scrubber } from '../../src/embedded-mongo/storage/scrubber.ts';
import { type Entry, Store } from '../../src/embedded-mongo/storage/store.ts';
import { codeOf, startEmbedded, startTestDatabase, temporaryDirectory } from './test-database.ts';

const cli = fileURLToPath(new URL('../../dist/embedded-mongo/cli.js', import.meta.url));
const everything = { start: Buffer.from([0]), end: Buffer.from([0xff]) };
const dayMs = 24 * 60 * 60_000;

let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = temporaryDirectory();
  file = path.join(dataDir, 'data.mdb');
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

/** Fills the directory with small documents, some large enough for pages of their own, and several indexes. */
async function fill(documents: number): Promise<void> {
  const database = await startEmbedded({ dataDir });
  const client = await MongoClient.connect(database.url);
  const items = client.db('d').collection<{ _id: number }>('items');
  await items.createIndex({ key: 1 }, { unique: true });
  await items.createIndex({ tags: 1 });
  await items.insertMany(
    Array.from({ length: documents }, (_, n) => ({
      _id: n,
      key: `key ${n}`,
      tags: [`tag ${n % 7}`, 'all'],
      text: `text of document ${n} `.repeat(n % 50 === 3 ? 400 : 3),
    })),
  );
  await client.close();
  await database.stop();
}

function flip(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

/** Flips a bit of a text within the named table; the change log and free pages hold the text too. */
function damageText(text: string, named: string): void {
  const bytes = readFileSync(file);
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    writeFileSync(file, flip(bytes, at * 8));
    if (checkFile(file).damages.some((what) => what.startsWith(named))) return;
  }
  throw new Error(`${text} was not found`);
}

const damage = (document: number): void =>
  damageText(`text of document ${document} `, `document ${document + 1} of d.items`);

/** Starts a database that will stop by itself; `failed` resolves to the reason. */
async function startWatched() {
  let tell: (error: Failure) => void = () => undefined;
  const failed = new Promise<Failure>((resolve) => {
    tell = resolve;
  });
  const { url } = await startEmbedded({ dataDir, onFailure: tell });
  return { url, failed };
}

async function readAll(): Promise<string[]> {
  const store = new Store(file);
  const entries = store.read(everything, { limit: Number.MAX_SAFE_INTEGER });
  await store.close();
  return entries.map(({ key, value }: Entry) => `${key.toString('hex')} ${value.toString('hex')}`);
}

type Failure = Error & { problem?: string };

const nothingIsDamaged = { damages: [], entries: expect.any(Number), pages: expect.any(Number) };

describe('a flipped bit, wherever it is', () => {
  it('is found, or changes nothing that is read', async () => {
    await fill(400);
    const sound = readFileSync(file);
    const before = await readAll();
    expect(checkFile(file)).toEqual(nothingIsDamaged);
    let found = 0;
    // After the headers, in steps that reach every part of the pages.
    for (let bit = 2 * 4096 * 8; bit < sound.length * 8; bit += 15013) {
      writeFileSync(file, flip(sound, bit));
      if (checkFile(file).damages.length > 0) found += 1;
      else expect([bit, await readAll()]).toEqual([bit, before]);
    }
    expect(found).toBeGreaterThan(50);
  });
});

describe('damaged data', () => {
  it('is named and never returned by the store', async () => {
    await fill(100);
    damage(42);
    const store = new Store(file);
    const named: string[] = [];
    store.onDamage = (what) => named.push(what);
    const engine = createEngine(store);
    const { id } = engine.catalog.get('d.items') ?? { id: 0 };
    const [sound, damaged] = [documentKey(id, 42), documentKey(id, 43)];
    expect(store.get(sound)).toBeDefined();
    const message = 'document 43 of d.items does not match its checksum';
    expect(() => store.get(damaged)).toThrow(message);
    expect(store.peek(sound)).toEqual(store.get(sound));
    expect(() => store.peek(damaged)).toThrow(message);
    expect(() => store.read({ start: sound, end: documentKey(id, 50) }, { limit: 10 })).toThrow(message);
    expect(named).toEqual([message, message, message]);
    await store.close();
  });

  it('stops the database, naming it, when it is read', async () => {
    await fill(2000);
    damage(1990);
    const { url, failed } = await startWatched();
    const client = await MongoClient.connect(url, { retryReads: false });
    const items = client.db('d').collection<{ _id: number }>('items');
    const reading = await codeOf(items.findOne({ _id: 1990 }));
    // Unless the background check found it first: then nobody is served any more.
    expect([301, undefined]).toContain(reading);
    const { problem, message } = await failed;
    expect(problem).toBe('damaged');
    expect(message).toContain('document 1991 of d.items');
    expect(message).toContain(dataDir);
    await client.close();
  });

  it('stops the database, naming it, even when nobody reads it', async () => {
    await fill(2000);
    damage(1990);
    const { failed } = await startWatched();
    const { problem, message } = await failed;
    expect(problem).toBe('damaged');
    expect(message).toMatch(/document 1991 of d\.items on page \d+ does not match its checksum/);
  });

  it('keeps the database from starting if it must be read first', async () => {
    await fill(100);
    damageText('tags_1', 'a part of the catalog');
    const refused = await startEmbedded({ dataDir }).then(
      () => undefined,
      (error: { problem?: string; message: string }) => error,
    );
    expect(refused?.problem).toBe('damaged');
    expect(refused?.message).toContain('a part of the catalog');
  });
});

describe('npm run mongo -- check', () => {
  const run = async (): Promise<{ code: number; said: string }> => {
    const child = spawn(process.execPath, [cli, 'check', '--data-dir', dataDir], { stdio: 'pipe' });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    const [code] = await once(child, 'close');
    return { code, said };
  };

  it('reports that everything is sound', async () => {
    await fill(100);
    expect(await run()).toEqual({
      code: 0,
      said: expect.stringMatching(/^\d+ pages with \d+ entries checked: 0 damaged\n$/),
    });
  });

  it('names everything that is damaged', async () => {
    await fill(100);
    damage(42);
    damage(53);
    const { code, said } = await run();
    expect(code).toBe(1);
    expect(said).toMatch(/damaged: document 43 of d\.items on page \d+ does not match its checksum/);
    expect(said).toMatch(/damaged: document 54 of d\.items on page \d+ does not match its checksum/);
    expect(said).toContain('2 damaged');
  });

  it('refuses a directory that is in use or holds no database', async () => {
    expect(await run()).toEqual({ code: 1, said: expect.stringContaining('holds no database') });
    const database = await startEmbedded({ dataDir });
    expect(await run()).toEqual({ code: 1, said: expect.stringContaining('in use by another process') });
    await database.stop();
  });
});

describe('the background check', () => {
  it('does not mistake concurrent writes for damage', async () => {
    const database = await startTestDatabase({ dataDir });
    await database.client.db('d').collection('items').createIndex({ key: 1 });
    await database.client.close();
    await database.stop();
    await fill(500);
    const store = new Store(file);
    const engine = createEngine(store);
    const collection = engine.catalog.get('d.items');
    const damages: string[] = [];
    store.onDamage = (what) => damages.push(what);
    // Each reading of the clock is a day later, so that one pass follows another.
    let passes = 0;
    const scrubber = new Scrubber(store, () => {
      passes += 1;
      return new Date(passes * dayMs);
    });
    scrubber.start();
    for (let round = 0; round < 300; round += 1) {
      await store.write((writer) => {
        for (let i = 0; i < 40; i += 1) {
          const key = documentKey(collection?.id ?? 0, 10_000 + ((round * 31 + i * 17) % 3000));
          if ((round + i) % 3 === 0) writer.remove(key);
          else writer.put(key, Buffer.alloc(((round * i) % 60) * 100, i));
        }
      });
    }
    await scrubber.stop();
    await store.close();
    expect(damages).toEqual([]);
    expect(passes).toBeGreaterThan(10);
    expect(checkFile(file)).toEqual(nothingIsDamaged);
  });

  it('tells of a file that the disk cannot read', async () => {
    const store = new Store(file);
    const told = new Promise<string>((resolve) => {
      store.onDamage = resolve;
    });
    // What a damaged sector is to a file, reading a directory is here: the system refuses it.
    const scrubber = new Scrubber(Object.assign(store, { file: dataDir }), () => new Date());
    scrubber.start();
    expect(await told).toContain('EISDIR');
    await scrubber.stop();
    await store.close();
  });

  it('resumes where it was when the database stopped', async () => {
    await fill(3000);
    const positions: (Buffer | undefined)[] = [];
    const store = new Store(file);
    let now = 1_700_000_000_000;
    // Ten seconds pass between two readings of the clock, so that progress is saved each time.
    const clock = () => {
      now += 10_000;
      return new Date(now);
    };
    for (let i = 0; i < 3; i += 1) {
      const scrubber = new Scrubber(store, clock);
      scrubber.start();
      while (store.get(Buffer.from([0, 2]))?.equals(positions.at(-1) ?? Buffer.alloc(0)) !== false)
        await new Promise((resolve) => setImmediate(resolve));
      await scrubber.stop();
      positions.push(store.get(Buffer.from([0, 2])));
    }
    const texts = positions.map((note) => note?.toString('latin1'));
    expect(new Set(texts).size).toBe(3);
    await store.close();
  });
});

describe('the checksum of a value', () => {
  const anyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));

  it("is zlib's of its key and itself, whatever their lengths", () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (key, value) => {
        const sealed = seal(key, value);
        expect(sealed.readUInt32LE(value.length)).toBe(crc32(Buffer.concat([key, value])));
        expect(unseal(key, sealed)).toEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not fit once a bit of either has changed', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, fc.nat(), (key, value, position) => {
        const whole = Buffer.concat([key, seal(key, value)]);
        const bit = position % (whole.length * 8);
        whole[bit >>> 3] = (whole[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        expect(unseal(whole.subarray(0, key.length), whole.subarray(key.length))).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });
});
