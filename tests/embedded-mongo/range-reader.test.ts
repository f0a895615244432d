import { rmSync } from 'node:fs';
import path from 'node:path';
import { RangeReader } from '../../src/embedded-mongo/execution/range-reader.ts';
import { keyBehind } from '../../src/embedded-mongo/storage/layout.ts';
import { type Entry, type KeyRange, Store } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const keys = Array.from({ length: 2_000 }, (_, n) => bytes(String(1_000 + n)));
const everything = { start: bytes('1000'), end: keyBehind(bytes('2999')) };

/** A store of these keys, and how many entries have been read from it. */
function countingStore(): { store: Store; readCount: () => number } {
  let count = 0;
  const read = ({ start, end }: KeyRange, { limit, reverse }: { limit: number; reverse?: boolean }) => {
    const within = keys.filter((key) => Buffer.compare(key, start) >= 0 && Buffer.compare(key, end) < 0);
    const found = (reverse ? within.reverse() : within).slice(0, limit);
    count += found.length;
    return found.map((key): Entry => ({ key, value: key }));
  };
  return { store: { read } as unknown as Store, readCount: () => count };
}

/** Takes all entries, so many at a time, as cursors do whose clients ask for batches. */
function takeAll(reader: RangeReader, atATime: number): string[] {
  const taken: string[] = [];
  for (;;) {
    for (let n = 0; n < atATime; n += 1) {
      const entry = reader.next();
      if (!entry) return taken;
      taken.push(entry.key.toString());
    }
    reader.release();
  }
}

describe('reading a range', () => {
  it.each([false, true])(
    'gives each entry once, however many are taken at a time; backwards: %s',
    (isReverse) => {
      const all = keys.map(String);
      for (const atATime of [1, 7, 100, 300]) {
        const reader = new RangeReader(countingStore().store, everything, isReverse);
        expect(takeAll(reader, atATime)).toEqual(isReverse ? all.toReversed() : all);
      }
    },
  );

  it('reads hardly more ahead than is taken before others may have written', () => {
    const { store, readCount } = countingStore();
    takeAll(new RangeReader(store, everything, false), 100);
    expect(readCount()).toBeLessThan(1.1 * keys.length);
  });
});

describe('reading a range of large values', () => {
  const directory = temporaryDirectory();
  const store = new Store(path.join(directory, 'test.mdb'));
  afterAll(async () => {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it.each([false, true])(
    'goes on behind a block that is full only if checksums count; backwards: %s',
    async (isReverse) => {
      const names = ['v1', 'v2', 'v3', 'v4', 'v5'];
      await store.write((writer) => {
        for (const name of names) writer.put(bytes(name), Buffer.alloc((1024 * 1024) / 4 - 1));
      });
      const reader = new RangeReader(store, { start: bytes('v'), end: bytes('w') }, isReverse);
      expect(takeAll(reader, names.length + 1)).toEqual(isReverse ? names.toReversed() : names);
    },
  );
});
