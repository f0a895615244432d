import type { Collection } from 'mongodb';
import { PageTotals } from '../../../src/storage/mongodb/page-totals.ts';
import { patient } from '../../support/paging.ts';

/** A collection whose counts end when the test says so. */
function slowCollection() {
  const waiting: ((count: number) => void)[] = [];
  const signals: AbortSignal[] = [];
  const countDocuments = (_filter: object, { signal }: { signal: AbortSignal }) => {
    signals.push(signal);
    return new Promise<number>((resolve, reject) => {
      waiting.push(resolve);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  };
  const collection = { namespace: 'db.c', countDocuments } as unknown as Collection;
  return {
    collection,
    signals,
    answer: (count: number) => waiting.shift()?.(count),
    asked: () => signals.length,
  };
}

const filter = { t: 'l' };
/** Everything takes longer than this. */
const alwaysSlow = { quickMs: -1 };

describe('The totals of lists', () => {
  it('are counted each time if that is quick', async () => {
    const totals = new PageTotals({ quickMs: 60_000 });
    const { collection, answer } = slowCollection();
    for (const count of [3, 4]) {
      const total = totals.count(collection, filter, patient);
      answer(count);
      expect(await total).toBe(count);
    }
  });

  it('are answered as they were while they are counted again, if that takes long', async () => {
    const totals = new PageTotals(alwaysSlow);
    const { collection, answer } = slowCollection();
    const first = totals.count(collection, filter, patient);
    answer(3);
    expect(await first).toBe(3);
    expect(await totals.count(collection, filter, patient)).toBe(3);
    answer(4);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await totals.count(collection, filter, patient)).toBe(4);
    const other = totals.count(collection, { t: 'd' }, patient);
    answer(5);
    answer(6);
    expect([5, 6]).toContain(await other);
  });

  it('are counted once for all who ask at the same time', async () => {
    const totals = new PageTotals(alwaysSlow);
    const { collection, answer, asked } = slowCollection();
    const both = [totals.count(collection, filter, patient), totals.count(collection, filter, patient)];
    answer(3);
    expect(await Promise.all(both)).toEqual([3, 3]);
    expect(asked()).toBe(1);
  });

  it('are not counted to the end when nobody waits any more', async () => {
    const totals = new PageTotals(alwaysSlow);
    const { collection, signals } = slowCollection();
    const [one, other] = [new AbortController(), new AbortController()];
    const both = [one, other].map(({ signal }) => totals.count(collection, filter, signal));
    const ended = Promise.allSettled(both);
    one.abort();
    expect(signals[0]?.aborted).toBe(false);
    other.abort();
    expect(signals[0]?.aborted).toBe(true);
    await ended;
  });

  it('are forgotten after a while', async () => {
    const totals = new PageTotals({ ...alwaysSlow, rememberedMs: 1 });
    const { collection, answer } = slowCollection();
    const first = totals.count(collection, filter, patient);
    answer(3);
    await first;
    const until = performance.now() + 5;
    while (performance.now() < until);
    const second = totals.count(collection, filter, patient);
    answer(4);
    expect(await second).toBe(4);
  });
});
