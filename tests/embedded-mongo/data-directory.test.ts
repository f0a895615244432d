import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { checkFile } from '../../src/embedded-mongo/storage/check-file.ts';
import { startEmbedded, temporaryDirectory } from './test-database.ts';

const cli = fileURLToPath(new URL('../../dist/embedded-mongo/cli.js', import.meta.url));

let dataDir: string;

beforeEach(() => {
  dataDir = temporaryDirectory();
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

/** Fills a directory with enough for a tree of several levels. */
async function fill(): Promise<void> {
  const database = await startEmbedded({ dataDir });
  const client = await MongoClient.connect(database.url);
  const documents = Array.from({ length: 3000 }, (_, n) => ({ n, text: 'x'.repeat(300) }));
  await client.db('d').collection('c').insertMany(documents);
  await client.close();
  await database.stop();
}

const problemOf = (starting: Promise<{ stop(): Promise<void> }>) =>
  starting.then(
    async (database) => {
      await database.stop();
      return undefined;
    },
    ({ problem, message }: { problem?: string; message: string }) => ({ problem, message }),
  );

/** All files with their bytes, for saying that nothing was touched. */
const contents = (): [string, string][] =>
  readdirSync(dataDir)
    .sort()
    .map((name) => [name, readFileSync(path.join(dataDir, name), 'latin1')]);

describe('a data directory', () => {
  it('is created if there is none, for this user only', async () => {
    const nested = path.join(dataDir, 'a', 'b');
    const database = await startEmbedded({ dataDir: nested });
    expect(statSync(nested).mode & 0o077).toBe(0);
    await database.stop();
  });

  it.each([
    ['is made', () => mkdirSync(path.join(dataDir, 'open'), { mode: 0o755 })],
    [
      'was open to others',
      async () => {
        const open = path.join(dataDir, 'open');
        await (await startEmbedded({ dataDir: open })).stop();
        for (const name of ['data.mdb', 'data.mdb-lock']) chmodSync(path.join(open, name), 0o644);
      },
    ],
  ])('keeps its file from other users where it %s in a directory that they may enter', async (_, prepare) => {
    await prepare();
    const open = path.join(dataDir, 'open');
    chmodSync(open, 0o755);
    const database = await startEmbedded({ dataDir: open });
    for (const name of ['data.mdb', 'data.mdb-lock', 'foyer-embedded-mongo.json'])
      expect([name, statSync(path.join(open, name)).mode & 0o777]).toEqual([name, 0o600]);
    await database.stop();
  });

  it('is reopened with its data, quickly', async () => {
    await fill();
    const started = performance.now();
    const database = await startEmbedded({ dataDir });
    expect(performance.now() - started).toBeLessThan(3000);
    const client = await MongoClient.connect(database.url);
    expect(await client.db('d').collection('c').countDocuments()).toBe(3000);
    await client.close();
    await database.stop();
  });

  it('is locked even if its name is too long for a socket', async () => {
    const long = path.join(dataDir, 'd'.repeat(150));
    const database = await startEmbedded({ dataDir: long });
    expect((await problemOf(startEmbedded({ dataDir: long })))?.problem).toBe('in-use');
    await database.stop();
  });
});

describe('failure cases', () => {
  it('leaves a directory with other files alone', async () => {
    writeFileSync(path.join(dataDir, 'letter.txt'), 'dear reader');
    const before = contents();
    const refused = await problemOf(startEmbedded({ dataDir }));
    expect(refused).toEqual({ problem: 'foreign', message: expect.stringContaining(dataDir) });
    expect(contents()).toEqual(before);
  });

  it('refuses a file where the directory should be', async () => {
    const file = path.join(dataDir, 'file');
    writeFileSync(file, '');
    expect((await problemOf(startEmbedded({ dataDir: file })))?.problem).toBe('not-writable');
  });

  it.each([
    ['is cut off', (file: string) => truncateSync(file, Math.floor(statSync(file).size / 3))],
    ['is overwritten', (file: string) => writeFileSync(file, Buffer.alloc(200_000, 7))],
    ['is empty', (file: string) => truncateSync(file, 0)],
    ['is gone', (file: string) => rmSync(file)],
    [
      'has a zeroed middle',
      (file: string) => {
        const bytes = readFileSync(file);
        writeFileSync(file, bytes.fill(0, 8192, bytes.length));
      },
    ],
  ])('says that the database is damaged where its file %s', async (_, damage) => {
    await fill();
    damage(path.join(dataDir, 'data.mdb'));
    const before = contents();
    expect((await problemOf(startEmbedded({ dataDir })))?.problem).toBe('damaged');
    expect(contents()).toEqual(before);
  });

  it('refuses a marker that is not its own, and one of a newer format', async () => {
    await fill();
    const marker = path.join(dataDir, 'foyer-embedded-mongo.json');
    writeFileSync(marker, '{');
    expect((await problemOf(startEmbedded({ dataDir })))?.problem).toBe('damaged');
    writeFileSync(marker, '{"format":99,"state":"ready"}');
    expect((await problemOf(startEmbedded({ dataDir })))?.problem).toBe('newer-format');
  });

  it.each<[string, Record<string, string>]>([
    ['before anything else', { 'foyer-embedded-mongo.json.new': '', 'lock.sock': '' }],
    ['before its file', { 'foyer-embedded-mongo.json': '{"format":1,"state":"creating"}' }],
    [
      'in the middle of its file',
      { 'foyer-embedded-mongo.json': '{"format":1,"state":"creating"}', 'data.mdb': 'x'.repeat(50_000) },
    ],
  ])('goes on with a directory whose making was interrupted %s', async (_, files) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(dataDir, name), text);
    expect(await problemOf(startEmbedded({ dataDir }))).toBeUndefined();
  });

  it('notices every flipped bit that matters in the header', async () => {
    await fill();
    const file = path.join(dataDir, 'data.mdb');
    const sound = readFileSync(file);
    expect(checkFile(file).damages).toEqual([]);
    const isFirstNewer = sound.readBigUInt64LE(152) > sound.readBigUInt64LE(4096 + 152);
    const meta = isFirstNewer ? 0 : 4096;
    // Magic number, page size and flags; of the tree its depth, page counts, entries and root; the transaction.
    for (const [from, to] of [
      [24, 28],
      [48, 54],
      [100, 120],
      [128, 144],
      [152, 160],
    ] as const) {
      for (let bit = from * 8; bit < to * 8; bit += 1) {
        // Two transactions apart, the headers change places: nothing tells that from a commit that failed.
        if (bit === 152 * 8 + 1) continue;
        const flipped = Buffer.from(sound);
        const at = meta + (bit >> 3);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
        writeFileSync(file, flipped);
        expect([bit, checkFile(file).damages[0]]).toEqual([bit, expect.any(String)]);
      }
    }
  });
});

describe('two processes', () => {
  it('cannot open the same directory; after a kill another one can', async () => {
    const child = spawn(process.execPath, [cli, '--port', '0', '--data-dir', dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface({ input: child.stdout }), 'line');
    const refused = await problemOf(startEmbedded({ dataDir }));
    expect(refused).toEqual({
      problem: 'in-use',
      message: expect.stringContaining('in use by another process'),
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await problemOf(startEmbedded({ dataDir }))).toBeUndefined();
  });

  it('and if the second is the command, it says why and exits with code 1', async () => {
    const database = await startEmbedded({ dataDir });
    const child = spawn(process.execPath, [cli, '--port', '0', '--data-dir', dataDir], { stdio: 'pipe' });
    const said: string[] = [];
    child.stderr.on('data', (chunk) => said.push(String(chunk)));
    const [code] = await once(child, 'close');
    expect([code, said.join('')]).toEqual([
      1,
      `The data directory ${dataDir} is in use by another process.\n`,
    ]);
    await database.stop();
  });

  it('may open two copies of one directory', async () => {
    await fill();
    const copy = temporaryDirectory();
    mkdirSync(copy, { recursive: true });
    for (const name of ['data.mdb', 'foyer-embedded-mongo.json']) {
      copyFileSync(path.join(dataDir, name), path.join(copy, name));
    }
    const one = await startEmbedded({ dataDir });
    const two = await startEmbedded({ dataDir: copy });
    await Promise.all([one.stop(), two.stop()]);
    rmSync(copy, { recursive: true, force: true });
  });
});

it('exits with code 0 on SIGTERM, after answering what it was asked', async () => {
  const child = spawn(process.execPath, [cli, '--port', '0', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  expect(url).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\//);
  const client = await MongoClient.connect(url);
  await client.db('d').collection<{ _id: number }>('c').insertOne({ _id: 1 });
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  await client.close();
});
