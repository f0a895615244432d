import type { SharedCounter } from '../../src/domain/shared-counter.ts';
import { CallWindows } from '../../src/http/call-windows.ts';
import { heldBytes } from '../support/heap.ts';

/** A counter that several instances share, which answers when the test says so. */
function sharedCounter() {
  const totals = new Map<string, number>();
  const waiting: (() => void)[] = [];
  const added: number[] = [];
  const counter: SharedCounter = {
    add: (key, calls, windowMs) => {
      added.push(calls);
      const total = (totals.get(key) ?? 0) + calls;
      totals.set(key, total);
      return new Promise((resolve) => {
        waiting.push(() => resolve({ total, remainingMs: windowMs }));
      });
    },
  };
  const answer = async () => {
    for (const resolve of waiting.splice(0)) resolve();
    await new Promise(setImmediate);
  };
  return { counter, added, totals, answer };
}

const perMs = 60_000;
const fail = (error: unknown) => {
  throw error;
};

describe('call windows', () => {
  it('begin with the first call, and start over when their time is up', () => {
    let now = 1_000;
    const { counter: shared } = sharedCounter();
    const windows = new CallWindows({ clock: () => new Date(now), shared, onSharingFailed: fail });
    expect(windows.count('a', { most: 2, perMs })).toEqual({
      total: 1,
      resetAt: new Date(61_000),
      leftMs: perMs,
    });
    now = 60_999;
    expect(windows.count('a', { most: 2, perMs })).toMatchObject({ total: 2, leftMs: 1 });
    expect(windows.count('b', { most: 2, perMs }).total).toBe(1);
    now = 61_000;
    expect(windows.count('a', { most: 2, perMs })).toMatchObject({ total: 1, resetAt: new Date(121_000) });
  });

  it('never last longer than they should, even if the clock is set back', () => {
    let now = 10 * 3_600_000;
    const { counter: shared } = sharedCounter();
    const windows = new CallWindows({ clock: () => new Date(now), shared, onSharingFailed: fail });
    windows.count('a', { most: 2, perMs });
    now -= 3_600_000;
    expect(windows.count('a', { most: 2, perMs })).toMatchObject({
      total: 1,
      resetAt: new Date(now + perMs),
    });
  });

  it('share a key once it reaches a tenth of its limit, one update at a time, with all the calls since', async () => {
    const { counter: shared, added, answer } = sharedCounter();
    const windows = new CallWindows({ clock: () => new Date(0), shared, onSharingFailed: fail });
    const call = (times: number) => {
      for (let i = 0; i < times; i += 1) windows.count('a', { most: 50, perMs });
    };
    call(4);
    expect(added).toEqual([]);
    call(3);
    expect(added).toEqual([5]);
    await answer();
    call(1);
    expect(added).toEqual([5, 3]);
  });

  it('share a hundredth of the limit or more at a time', async () => {
    const { counter: shared, added, answer } = sharedCounter();
    const windows = new CallWindows({ clock: () => new Date(0), shared, onSharingFailed: fail });
    const limit = { most: 100_000, perMs };
    windows.count('bytes', limit, 9_999);
    expect(added).toEqual([]);
    windows.count('bytes', limit, 1);
    await answer();
    for (let i = 0; i < 30; i += 1) {
      windows.count('bytes', limit, 100);
      await answer();
    }
    expect(added).toEqual([10_000, 1_000, 1_000, 1_000]);
    expect(windows.count('bytes', limit, 0).total).toBe(13_000);
  });

  it('know the calls of other instances, and share no more once the limit is reached', async () => {
    const { counter: shared, added, answer } = sharedCounter();
    const clock = () => new Date(0);
    const [one, two] = [0, 1].map(() => new CallWindows({ clock, shared, onSharingFailed: fail }));
    for (let i = 0; i < 6; i += 1) {
      one?.count('a', { most: 10, perMs });
      await answer();
    }
    expect(two?.count('a', { most: 10, perMs }).total).toBe(1);
    await answer();
    expect(two?.count('a', { most: 10, perMs }).total).toBe(8);
    await answer();
    for (let i = 0; i < 100; i += 1) {
      two?.count('a', { most: 10, perMs });
      await answer();
    }
    expect(two?.count('a', { most: 10, perMs }).total).toBe(109);
    expect(added.length).toBeLessThanOrEqual(12);
  });

  it("end when the other instances' windows do", async () => {
    let now = 0;
    const shared: SharedCounter = { add: async () => ({ total: 9, remainingMs: 1_000 }) };
    const windows = new CallWindows({ clock: () => new Date(now), shared, onSharingFailed: fail });
    expect(windows.count('a', { most: 10, perMs }).resetAt).toEqual(new Date(perMs));
    await new Promise(setImmediate);
    expect(windows.count('a', { most: 10, perMs })).toMatchObject({ total: 10, resetAt: new Date(1_000) });
    now = 1_000;
    expect(windows.count('a', { most: 10, perMs }).total).toBe(1);
  });

  it('are shared a hundred at a time, the others after that', async () => {
    const { counter: shared, added, answer } = sharedCounter();
    const windows = new CallWindows({ clock: () => new Date(0), shared, onSharingFailed: fail });
    const countAll = () => {
      for (let key = 0; key < 150; key += 1) windows.count(`key ${key}`, { most: 10, perMs });
    };
    countAll();
    expect(added).toHaveLength(100);
    await answer();
    countAll();
    expect(added).toHaveLength(200);
  });

  it('keep counting by themselves while they cannot share', async () => {
    const failures: unknown[] = [];
    const shared: SharedCounter = { add: () => Promise.reject(new Error('away')) };
    const windows = new CallWindows({
      clock: () => new Date(0),
      shared,
      onSharingFailed: (error) => failures.push(error),
    });
    for (let i = 1; i <= 12; i += 1) {
      expect(windows.count('a', { most: 10, perMs }).total).toBe(i);
      await new Promise(setImmediate);
    }
    expect(failures).toHaveLength(12);
  });

  it('are bounded in bytes: the least recently used are dropped', () => {
    const { counter: shared } = sharedCounter();
    const options = { clock: () => new Date(0), shared, onSharingFailed: fail, maxBytes: 3 * 256 };
    const windows = new CallWindows(options);
    const totalOf = (key: string) => windows.count(key, { most: 100, perMs }).total;
    for (const key of ['a', 'b', 'c', 'a', 'd']) totalOf(key);
    expect(totalOf('a')).toBe(3);
    expect(totalOf('b')).toBe(1);
  });

  it('tell others no address and no token, however short', async () => {
    const { counter: shared, totals } = sharedCounter();
    const windows = new CallWindows({ clock: () => new Date(0), shared, onSharingFailed: fail });
    const keys = ['operation 192.0.2.7 token', `operation 192.0.2.7 ${'token'.repeat(50)}`];
    for (const key of keys) windows.count(key, { most: 1, perMs });
    expect(totals.size).toBe(2);
    for (const shown of totals.keys()) expect(shown).toMatch(/^[\w+/]{43}=$/);
  });

  it('take up no more memory for keys of a megabyte', () => {
    const { counter: shared } = sharedCounter();
    const windows = new CallWindows({ clock: () => new Date(0), shared, onSharingFailed: fail });
    const long = 'x'.repeat(1_000_000);
    const before = heldBytes();
    for (let key = 0; key < 100; key += 1) windows.count(`${key} ${long}`, { most: 10_000, perMs });
    expect(heldBytes() - before).toBeLessThan(10_000_000);
    expect(windows.count(`0 ${long}`, { most: 10_000, perMs }).total).toBe(2);
  });
});
