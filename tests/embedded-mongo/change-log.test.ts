// What the log of changes keeps and for how long, with a clock that the test sets.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { encode } from '../../src/embedded-mongo/bson/raw.ts';
import { ChangeLog, type ChangeLogBounds } from '../../src/embedded-mongo/storage/change-log.ts';
import { ChangeKind } from '../../src/embedded-mongo/storage/change-record.ts';
import { Store } from '../../src/embedded-mongo/storage/store.ts';
import { temporaryDirectory } from './test-database.ts';

const hourMs = 60 * 60_000;
const place = { ns: 'd.items', uuid: '00000000-0000-4000-8000-000000000000' };

let directory: string;
let store: Store;
let nowMs: number;

beforeEach(() => {
  directory = temporaryDirectory();
  store = new Store(path.join(directory, 'test.mdb'));
  nowMs = Date.UTC(2024, 0, 1);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

function openLog(bounds: Partial<ChangeLogBounds> = {}): ChangeLog {
  const everything = { maxBytes: Number.POSITIVE_INFINITY, maxAgeMs: Number.POSITIVE_INFINITY };
  const log = new ChangeLog(store, () => new Date(nowMs), { ...everything, ...bounds });
  store.beforeCommit = (writer) => log.flush(writer);
  store.afterCommit = () => log.publish();
  return log;
}

const insert = (log: ChangeLog, _id: number, text = ''): Promise<void> =>
  store.write(() => log.note(ChangeKind.insert, place, encode({ _id, text })));

const timesIn = (log: ChangeLog): bigint[] => [...log.read(log.horizon + 1n)].map(({ time }) => time);

async function insertEveryHour(log: ChangeLog, count: number): Promise<bigint[]> {
  const times: bigint[] = [];
  for (let i = 0; i < count; i += 1) {
    await insert(log, i);
    times.push(log.last);
    nowMs += hourMs;
  }
  return times;
}

it('removes changes that are older than the bound, and only those', async () => {
  const log = openLog({ maxAgeMs: 3 * hourMs });
  const times = await insertEveryHour(log, 6);
  await log.prune();
  // The oldest that is left was made exactly three hours ago.
  expect(timesIn(log)).toEqual(times.slice(3));
  expect(log.horizon).toBe(times[2]);
});

it('answers a removed position with 286, and the next one with what followed', async () => {
  const log = openLog({ maxAgeMs: 3 * hourMs });
  const [, , removed = 0n, kept = 0n] = await insertEveryHour(log, 6);
  await log.prune();
  expect(() => log.checkHistory(removed)).toThrow(expect.objectContaining({ code: 286 }));
  expect(() => [...log.read(removed)]).toThrow(expect.objectContaining({ code: 286 }));
  expect(() => log.checkHistory(kept)).not.toThrow();
});

it('keeps the newest change however old it is, and its clock with it', async () => {
  const log = openLog({ maxAgeMs: hourMs });
  const times = await insertEveryHour(log, 3);
  nowMs += 1000 * hourMs;
  await log.prune();
  expect(timesIn(log)).toEqual(times.slice(-1));
  nowMs = Date.UTC(2023, 0, 1);
  await insert(log, 9);
  expect(log.last).toBeGreaterThan(times[2] ?? 0n);
});

it('knows after a restart what was removed before it', async () => {
  const log = openLog({ maxAgeMs: 3 * hourMs });
  const times = await insertEveryHour(log, 6);
  await log.prune();
  const reopened = openLog();
  expect(reopened.horizon).toBe(times[2]);
  expect(timesIn(reopened)).toEqual(times.slice(3));
});

it('is pruned by every commit that makes it too large, to nine tenths of the bound', async () => {
  const log = openLog({ maxBytes: 20_000 });
  const times: bigint[] = [];
  for (let i = 0; i < 100; i += 1) {
    await insert(log, i, 'x'.repeat(1000));
    await log.prune();
    times.push(log.last);
  }
  const kept = timesIn(log);
  expect(kept).toEqual(times.slice(-kept.length));
  expect(kept.length).toBeGreaterThan(15);
  expect(kept.length).toBeLessThanOrEqual(20);
});

it('removes a long history in several transactions, until nothing too old is left', async () => {
  const log = openLog({ maxAgeMs: hourMs });
  for (let i = 0; i < 1200; i += 1) await insert(log, i);
  nowMs += 2 * hourMs;
  await insert(log, 1200);
  await log.prune();
  expect(timesIn(log)).toEqual([log.last]);
});

it('removes what is too old although each change is larger than what is looked at together', async () => {
  const log = openLog({ maxAgeMs: hourMs });
  for (let i = 0; i < 3; i += 1) await insert(log, i, 'x'.repeat(2 * 1024 * 1024));
  nowMs += 2 * hourMs;
  await insert(log, 3);
  await log.prune();
  expect(timesIn(log)).toEqual([log.last]);
});

it('reads the same from memory as from disk, wherever a reader begins', async () => {
  const log = openLog();
  // Far more than is kept in memory.
  for (let i = 0; i < 20; i += 1) {
    const large = 'x'.repeat(i % 2 === 0 ? 60_000 : 0);
    await Promise.all([insert(log, 2 * i, large), insert(log, 2 * i + 1)]);
    if (i % 3 === 0) nowMs += 1_000;
  }
  const reopened = openLog();
  const bodiesFrom = (read: ChangeLog, from: bigint) =>
    [...read.read(from)].map(({ time, body }) => `${time} ${body.length} ${body.toString('hex', 0, 20)}`);
  const times = timesIn(reopened);
  expect(times).toHaveLength(40);
  for (const from of times.flatMap((time) => [time, time + 1n]))
    expect(bodiesFrom(log, from)).toEqual(bodiesFrom(reopened, from));
});
