// A page of LMDB's tree may lead to a gigabyte of values: a check of it must be able to stop between them, and opening
// a database must not read them.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { checkFile } from '../../src/embedded-mongo/storage/check-file.ts';
import { LmdbFile, readHeaders } from '../../src/embedded-mongo/storage/lmdb-file.ts';
import { TreeWalk, type Visit, type WalkOptions } from '../../src/embedded-mongo/storage/lmdb-walk.ts';
import { Store } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';

const values = 12;
const valueBytes = 700_000;

/** Counts what is read. */
class CountingFile extends LmdbFile {
  bytesRead = 0;

  override read(offset: number, length: number): Buffer | undefined {
    this.bytesRead += length;
    return super.read(offset, length);
  }
}

let directory: string;
let file: CountingFile;
beforeAll(async () => {
  directory = temporaryDirectory();
  const store = new Store(path.join(directory, 'data.mdb'));
  for (let i = 0; i < values; i += 1)
    await store.write((writer) => writer.put(Buffer.from([2, i]), Buffer.alloc(valueBytes, i)));
  await store.close();
  file = new CountingFile(path.join(directory, 'data.mdb'));
});
beforeEach(() => {
  file.bytesRead = 0;
});
afterAll(() => {
  file.close();
  rmSync(directory, { recursive: true, force: true });
});

function walk(options: Partial<WalkOptions>): Generator<Visit> {
  const meta = readHeaders(file);
  if (typeof meta === 'string') throw new Error(meta);
  return new TreeWalk(file, meta, meta.main, { compareKeys: Buffer.compare, ...options }).visits();
}

const isIntact = (): boolean => true;

it('A walk over one page of large values stops after every megabyte or so', () => {
  const visits = [...walk({ isIntact })];
  expect(visits.map(({ kind, entries }) => [kind, entries])).toEqual([
    ...Array.from({ length: values / 2 - 1 }, () => ['part', 2]),
    ['leaf', 2],
  ]);
});

it('A walk continued from where another one stopped meets every value once', () => {
  const met: number[] = [];
  const noting = (key: Buffer): boolean => {
    met.push(key[1] ?? 0);
    return true;
  };
  let from: Buffer | undefined;
  do {
    const [first] = walk({ isIntact: noting, ...(from ? { from } : {}) });
    from = first?.behind;
  } while (from);
  expect(met).toEqual(Array.from({ length: values }, (_, i) => i));
});

it('A walk names a damaged value on a page that it stops in', () => {
  const isSound = (key: Buffer): boolean => key[1] !== 5;
  const damages = [...walk({ isIntact: isSound })].flatMap((visit) => visit.damages);
  expect(damages).toMatchObject([{ key: Buffer.from([2, 5]), what: 'does not match its checksum' }]);
});

it('A walk that checks no values reads none', () => {
  expect([...walk({})].map(({ kind }) => kind)).toContain('leaf');
  expect(file.bytesRead).toBeLessThan(100_000);
});

it('The check of a whole file counts entries and pages as if it did not stop', () => {
  expect(checkFile(path.join(directory, 'data.mdb'))).toEqual({ entries: values, pages: 1, damages: [] });
});
