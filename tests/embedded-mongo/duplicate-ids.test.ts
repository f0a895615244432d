// Whether an _id is taken, in whatever order ids come.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { encode } from '../../src/embedded-mongo/bson/raw.ts';
import { createEngine, type Engine } from '../../src/embedded-mongo/engine.ts';
import type { MongoError } from '../../src/embedded-mongo/errors.ts';
import { valueKey } from '../../src/embedded-mongo/index/key-encoding.ts';
import { Store } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';

const ns = 'd.items';

/** A store that counts what is looked for. */
class CountingStore extends Store {
  looks = 0;

  override get(key: Buffer): Buffer | undefined {
    this.looks += 1;
    return super.get(key);
  }
}

let directory: string;
let store: CountingStore;
let engine: Engine;

function open(): void {
  store = new CountingStore(path.join(directory, 'test.mdb'));
  engine = createEngine(store);
}

beforeEach(() => {
  directory = temporaryDirectory();
  open();
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Inserts a document; gives what it fails with. */
const insert = (_id: string, then: () => void = () => undefined): Promise<string | undefined> =>
  store
    .write((writer) => {
      engine.documents.insert(writer, ns, encode({ _id }), valueKey(_id));
      then();
    })
    .then(
      () => undefined,
      (error: MongoError) => error.codeName ?? error.message,
    );

it('is refused, whether others come behind it or not', async () => {
  for (const id of ['m', 'a', 'z', 'n']) expect(await insert(id)).toBeUndefined();
  for (const id of ['m', 'a', 'z', 'n']) expect(await insert(id)).toBe('DuplicateKey');
});

it('is refused after a restart', async () => {
  for (const id of ['a', 'z']) await insert(id);
  await store.close();
  open();
  for (const id of ['z', 'a']) expect(await insert(id)).toBe('DuplicateKey');
  expect(await insert('m')).toBeUndefined();
});

it('is free again if its transaction has failed', async () => {
  await insert('a');
  const fail = () => {
    throw new Error('the disk is full');
  };
  expect(await insert('b', fail)).toBe('the disk is full');
  expect(await insert('b')).toBeUndefined();
  expect(await insert('b')).toBe('DuplicateKey');
});

it('is not looked for where it comes behind all others', async () => {
  await insert('a');
  store.looks = 0;
  for (const id of ['b', 'c', 'd']) await insert(id);
  expect(store.looks).toBe(0);
  await insert('bb');
  expect(store.looks).toBe(1);
});
