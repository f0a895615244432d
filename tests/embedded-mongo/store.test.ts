// Groups of write jobs over LMDB: each whole, and what fails half-way leaves nothing.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Store } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';

const directory = temporaryDirectory();
let store: Store;

beforeAll(() => {
  store = new Store(path.join(directory, 'test.mdb'));
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const bytes = (text: string): Buffer => Buffer.from(text);
const everything = { start: bytes('\0'), end: bytes('~') };

it('rolls back a job that fails between its writes, and lets the next continue', async () => {
  const failing = store.write((writer) => {
    writer.put(bytes('half'), bytes('1'));
    throw new Error('between its writes');
  });
  await expect(failing).rejects.toThrow('between its writes');
  expect(store.get(bytes('half'))).toBeUndefined();
  await store.write((writer) => writer.put(bytes('whole'), bytes('1')));
  expect(store.get(bytes('whole'))?.toString()).toBe('1');
});

it('does not affect a group if one of its jobs fails before it writes', async () => {
  const failing = store.write(() => {
    throw new Error('nothing written');
  });
  const other = store.write((writer) => writer.put(bytes('other'), bytes('1')));
  await expect(failing).rejects.toThrow('nothing written');
  await other;
  expect(store.get(bytes('other'))?.toString()).toBe('1');
});

it('reads no more bytes than allowed, but at least one pair, in both directions', async () => {
  await store.write((writer) => {
    for (const name of ['x1', 'x2', 'x3']) writer.put(bytes(name), Buffer.alloc(100));
  });
  const range = { start: bytes('x'), end: bytes('y') };
  const names = (options: { reverse?: boolean; maxBytes?: number }): string[] =>
    store.read(range, { limit: 10, ...options }).map(({ key }) => key.toString());
  expect(names({})).toEqual(['x1', 'x2', 'x3']);
  expect(names({ maxBytes: 1 })).toEqual(['x1']);
  expect(names({ maxBytes: 150, reverse: true })).toEqual(['x3', 'x2']);
  expect(store.read(everything, { limit: 0 })).toEqual([]);
});
