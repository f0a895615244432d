import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Source, soonest } from '../../../src/storage/mongodb/soonest.ts';
import { patient } from '../../support/paging.ts';

/** A source that finds something when told to, and fails when its signal aborts. */
function heldSource<T>() {
  let [find, fail] = [(_: T): void => undefined, (_: unknown): void => undefined];
  const promise = new Promise<T>((resolve, reject) => {
    [find, fail] = [resolve, reject];
  });
  const asked: AbortSignal[] = [];
  const source: Source<T> = (signal) => {
    asked.push(signal);
    signal.addEventListener('abort', () => fail(signal.reason));
    return promise;
  };
  return { source, find, fail, asked };
}

const [alone, together] = [
  { aloneMs: 60_000, signal: patient },
  { aloneMs: 0, signal: patient },
];
const wereEnded = (asked: readonly AbortSignal[]) => asked.map(({ aborted }) => aborted);

describe('The soonest of two sources', () => {
  it('is the first one, if it takes no longer than it is left alone', async () => {
    const [first, second] = [heldSource<string>(), heldSource<string>()];
    const found = soonest(first.source, second.source, alone);
    first.find('by the first');
    expect(await found).toBe('by the first');
    expect(second.asked).toEqual([]);
  });

  it('is the second one, if that finds something before; then the first one ends', async () => {
    const [first, second] = [heldSource<string>(), heldSource<string>()];
    const found = soonest(first.source, second.source, together);
    second.find('by the second');
    expect(await found).toBe('by the second');
    await nextTurn();
    expect([wereEnded(first.asked), wereEnded(second.asked)]).toEqual([[true], [false]]);
  });

  it('is the first one, if that finds something before; then the second one ends', async () => {
    const [first, second] = [heldSource<string>(), heldSource<string>()];
    const source: Source<string> = (signal) => {
      first.find('by the first');
      return second.source(signal);
    };
    expect(await soonest(first.source, source, together)).toBe('by the first');
    second.find('too late');
    await nextTurn();
    expect([wereEnded(first.asked), wereEnded(second.asked)]).toEqual([[false], [true]]);
  });

  it.each([
    ['finds nothing', async () => null],
    ['fails', () => Promise.reject(new Error('it cannot be read'))],
  ])('is the first one, if the second one %s', async (_, second) => {
    const first = heldSource<string>();
    const found = soonest<string>(first.source, second, together);
    setImmediate(() => first.find('by the first'));
    expect(await found).toBe('by the first');
  });

  it('fails as the first one does, while the second one has found nothing yet, which ends', async () => {
    const [first, second] = [heldSource<string>(), heldSource<string>()];
    const source: Source<string> = (signal) => {
      first.fail(new Error('there is no such order'));
      return second.source(signal);
    };
    await expect(soonest(first.source, source, together)).rejects.toThrow('no such order');
    expect(wereEnded(second.asked)).toEqual([true]);
  });

  it('is none, and both end, when nobody waits any more', async () => {
    const leaving = new AbortController();
    const [first, second] = [heldSource<string>(), heldSource<string>()];
    const source: Source<string> = (signal) => {
      setImmediate(() => leaving.abort());
      return second.source(signal);
    };
    await expect(soonest(first.source, source, { aloneMs: 0, signal: leaving.signal })).rejects.toThrow();
    expect([wereEnded(first.asked), wereEnded(second.asked)]).toEqual([[true], [true]]);
  });
});
