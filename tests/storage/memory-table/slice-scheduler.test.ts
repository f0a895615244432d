import { SliceScheduler } from '../../../src/storage/memory-table/slice-scheduler.ts';
import { patient } from '../../support/paging.ts';

const slices = 8;
const many = 10;

function keepBusy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Work that uses up so many slices, and tells of each. */
function* workOf(length: number, onSlice: () => void = () => undefined): Generator<void, string> {
  for (let slice = 0; slice < length; slice += 1) {
    onSlice();
    keepBusy(3);
    yield;
  }
  return 'done';
}

const longWork = (onSlice?: () => void) => workOf(slices, onSlice);

/** The most slices that were done between two turns of somebody else. */
async function mostBetweenTurns(work: (onSlice: () => void) => Promise<unknown>): Promise<number> {
  let most = 0;
  let done = 0;
  let isOver = false;
  const takeTurn = (): void => {
    most = Math.max(most, done);
    done = 0;
    if (!isOver) setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  await work(() => {
    done += 1;
  });
  isOver = true;
  return most;
}

describe('work in memory that many ask for', () => {
  it('gives others a turn after each slice, however much of it there is', async () => {
    const scheduler = new SliceScheduler();
    const most = await mostBetweenTurns((onSlice) =>
      Promise.all(Array.from({ length: many }, () => scheduler.run(longWork(onSlice), patient))),
    );
    // One of short work, and one of long work.
    expect(most).toBeLessThanOrEqual(2);
  });

  it('is done in the order in which it was asked for, but quick work sooner', async () => {
    const scheduler = new SliceScheduler();
    const ended: string[] = [];
    const long = ['first', 'second', 'third'].map((name) =>
      scheduler.run(longWork(), patient).then(() => ended.push(name)),
    );
    const quick = scheduler.run(workOf(1), patient).then(() => ended.push('quick'));
    await Promise.all([...long, quick]);
    expect(ended.filter((name) => name !== 'quick')).toEqual(['first', 'second', 'third']);
    expect(ended.indexOf('quick')).toBeLessThan(ended.indexOf('second'));
  });

  it('ends when nobody waits for it any more, wherever it is, and lets others go on', async () => {
    const scheduler = new SliceScheduler();
    const leaving = new AbortController();
    let [done, doneInLine] = [0, 0];
    const first = scheduler.run(
      longWork(() => {
        done += 1;
        if (done === slices - 1) leaving.abort();
      }),
      patient,
    );
    const inLine = scheduler.run(
      longWork(() => {
        doneInLine += 1;
      }),
      leaving.signal,
    );
    const next = scheduler.run(longWork(), patient);
    await expect(scheduler.run(longWork(), AbortSignal.abort())).rejects.toThrow('aborted');
    await expect(inLine).rejects.toThrow('aborted');
    expect(doneInLine).toBe(5);
    expect(await Promise.all([first, next])).toEqual(['done', 'done']);
  });
});
