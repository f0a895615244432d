// How long retryable writes are remembered, and what that costs.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Binary, Int32, Long } from 'bson';
import type { Document } from '../../src/embedded-mongo/bson/types.ts';
import { RetryLog, sessionTimeoutMinutes } from '../../src/embedded-mongo/storage/retry-log.ts';
import { type KeyRange, Store } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';

/** A store that counts how many ranges are read. */
class CountingStore extends Store {
  reads = 0;

  override read(range: KeyRange, options: { limit: number; reverse?: boolean; maxBytes?: number }) {
    this.reads += 1;
    return super.read(range, options);
  }
}

const minuteMs = 60_000;
let directory: string;
let store: CountingStore;
let now: number;
let log: RetryLog;

const open = (): void => {
  store = new CountingStore(path.join(directory, 'test.mdb'));
  log = new RetryLog(store, () => new Date(now));
};

beforeEach(() => {
  directory = temporaryDirectory();
  now = Date.UTC(2024, 0, 1);
  open();
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const commandOf = (session: number): Document => {
  const id = Buffer.alloc(16);
  id.writeUInt32BE(session);
  return { lsid: { id: new Binary(id, Binary.SUBTYPE_UUID) }, txnNumber: Long.fromNumber(1) };
};

const useAll = (from: number, to: number): Promise<void> =>
  store.write((writer) => {
    for (let session = from; session < to; session += 1) {
      const statements = log.statementsOf(commandOf(session));
      statements.record(0, { n: new Int32(1) });
      statements.save(writer);
    }
  });

const isRemembered = (session: number): boolean => log.statementsOf(commandOf(session)).has(0);

it('removes sessions that were unused for long, even those of an earlier run', async () => {
  await useAll(0, 700);
  await store.close();
  open();
  now += (sessionTimeoutMinutes - 1) * minuteMs;
  await useAll(700, 1400);
  await log.prune();
  expect([0, 699, 700, 1399].map(isRemembered)).toEqual([true, true, true, true]);
  now += 2 * minuteMs;
  await log.prune();
  expect([0, 699, 700, 1399].map(isRemembered)).toEqual([false, false, true, true]);
});

it('removes the oldest of too many', async () => {
  const most = 50_000;
  for (let from = 0; from < most; from += 5000) await useAll(from, from + 5000);
  await useAll(most, most + 10);
  await log.prune();
  expect([0, 9, 10, most + 9].map(isRemembered)).toEqual([false, false, true, true]);
});

it('does not read all of them each time', async () => {
  await useAll(0, 2000);
  await log.prune();
  const before = store.reads;
  for (let i = 0; i < 10; i += 1) await log.prune();
  expect(store.reads).toBe(before);
});

it('remembers what no longer fits into memory', async () => {
  const result = { value: 'x'.repeat(1_000_000) };
  for (let session = 0; session < 50; session += 1) {
    await store.write((writer) => {
      const statements = log.statementsOf(commandOf(session));
      statements.record(0, result);
      statements.save(writer);
    });
  }
  expect(log.statementsOf(commandOf(0)).recall(0)).toEqual(result);
});
