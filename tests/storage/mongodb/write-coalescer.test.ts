import { DatabaseUnavailableError } from '../../../src/domain/errors.ts';
import { WriteCoalescer, type WriteCoalescerOptions } from '../../../src/storage/mongodb/write-coalescer.ts';

/** A writer whose batches end when the test says so. */
function recorder(options: Partial<WriteCoalescerOptions<string>> = {}) {
  const batches: (readonly string[])[] = [];
  const pending: { resolve(failures?: Map<number, Error>): void; reject(error: Error): void }[] = [];
  const coalescer = new WriteCoalescer<string>({
    sizeOf: (item) => item.length,
    writeBatch: (items) => {
      batches.push(items);
      return new Promise((resolve, reject) => {
        pending.push({ resolve: (failures = new Map()) => resolve(failures), reject });
      });
    },
    ...options,
  });
  const begun = async (count: number) => {
    while (batches.length < count) await new Promise(setImmediate);
  };
  return { batches, pending, coalescer, begun };
}

const outcomeOf = async (write: Promise<void>) => write.then(() => 'written').catch((error: Error) => error);

describe('a write coalescer', () => {
  it('writes what arrives together in one batch, and answers nobody before it is acknowledged', async () => {
    const { batches, pending, coalescer, begun } = recorder();
    const answered: string[] = [];
    const writes = ['a', 'b', 'c'].map((item) => coalescer.write(item).then(() => answered.push(item)));
    await begun(1);
    expect(batches).toEqual([['a', 'b', 'c']]);
    expect(answered).toEqual([]);
    pending[0]?.resolve();
    await Promise.all(writes);
    expect(answered).toEqual(['a', 'b', 'c']);
  });

  it('begins a large enough batch without waiting for more', async () => {
    const { batches, pending, coalescer } = recorder({
      immediateBatchSize: 2,
      delayMs: 60_000,
      maxInFlight: 2,
    });
    const writes = ['a', 'b', 'c', 'd', 'e', 'f'].map((item) => coalescer.write(item));
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    pending[0]?.resolve();
    await Promise.all(writes.slice(0, 2));
    expect(batches.slice(2)).toEqual([['e', 'f']]);
    for (const { resolve } of pending) resolve();
    await Promise.all(writes);
  });

  it('collects what arrives while the maximum number of batches is in progress', async () => {
    const { batches, pending, coalescer, begun } = recorder({ maxInFlight: 1 });
    const writes = [coalescer.write('a')];
    await begun(1);
    writes.push(coalescer.write('b'), coalescer.write('c'));
    pending[0]?.resolve();
    await begun(2);
    expect(batches).toEqual([['a'], ['b', 'c']]);
    pending[1]?.resolve();
    await Promise.all(writes);
  });

  it('fails only the item that failed', async () => {
    const { pending, coalescer, begun } = recorder();
    const outcomes = ['a', 'b', 'c'].map((item) => outcomeOf(coalescer.write(item)));
    await begun(1);
    const failure = new Error('refused');
    pending[0]?.resolve(new Map([[1, failure]]));
    expect(await Promise.all(outcomes)).toEqual(['written', failure, 'written']);
  });

  it('fails the whole batch when the write itself fails, and goes on with the next', async () => {
    const { pending, coalescer, begun } = recorder();
    const outcomes = ['a', 'b'].map((item) => outcomeOf(coalescer.write(item)));
    await begun(1);
    const failure = new Error('gone');
    pending[0]?.reject(failure);
    expect(await Promise.all(outcomes)).toEqual([failure, failure]);
    const next = outcomeOf(coalescer.write('c'));
    await begun(2);
    pending[1]?.resolve();
    expect(await next).toBe('written');
  });

  it('refuses writes while too much is waiting, and accepts them again afterwards', async () => {
    const { pending, coalescer, begun } = recorder({ maxQueuedBytes: 10, maxInFlight: 1 });
    const first = coalescer.write('0123456789');
    expect(await outcomeOf(coalescer.write('x'))).toBeInstanceOf(DatabaseUnavailableError);
    await begun(1);
    const second = coalescer.write('y');
    pending[0]?.resolve();
    await begun(2);
    pending[1]?.resolve();
    await Promise.all([first, second]);
  });

  it('refuses a write that has waited too long for its batch to begin', async () => {
    let now = 0;
    const options = { maxInFlight: 1, maxWaitMs: 50, monotonicMs: () => now };
    const { pending, coalescer, begun } = recorder(options);
    const first = coalescer.write('first');
    await begun(1);
    const stuck = outcomeOf(coalescer.write('stuck'));
    now = 50;
    const fresh = coalescer.write('fresh');
    pending[0]?.resolve();
    await begun(2);
    expect(await stuck).toBeInstanceOf(DatabaseUnavailableError);
    pending[1]?.resolve();
    await Promise.all([first, fresh]);
  });

  it('frees the room of what it refused for waiting too long', async () => {
    const { coalescer } = recorder({ maxWaitMs: 0, maxQueuedBytes: 10 });
    const late = outcomeOf(coalescer.write('0123456789'));
    expect(await late).toBeInstanceOf(DatabaseUnavailableError);
    const later = outcomeOf(coalescer.write('0123456789'));
    expect(String(await later)).toMatch('the write has waited too long');
  });

  it('writes what is waiting when it is closed, and refuses anything later', async () => {
    const { batches, pending, coalescer, begun } = recorder({ maxBatch: 2, maxInFlight: 1, delayMs: 1_000 });
    const writes = ['a', 'b', 'c'].map((item) => coalescer.write(item));
    const closed = coalescer.close();
    expect(await outcomeOf(coalescer.write('late'))).toBeInstanceOf(DatabaseUnavailableError);
    await begun(1);
    pending[0]?.resolve();
    await begun(2);
    pending[1]?.resolve();
    await Promise.all([closed, ...writes]);
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });

  it('is closed, too, if all that is waiting has waited for too long', async () => {
    const { batches, coalescer } = recorder({ maxWaitMs: 0, delayMs: 1_000 });
    const late = outcomeOf(coalescer.write('late'));
    await coalescer.close();
    expect(await late).toBeInstanceOf(DatabaseUnavailableError);
    expect(batches).toEqual([]);
  });

  it('is closed, too, if a write never ends, and refuses what waits for it', async () => {
    const { batches, pending, coalescer, begun } = recorder({ maxInFlight: 1, maxCloseMs: 20 });
    const first = coalescer.write('first');
    await begun(1);
    const waiting = outcomeOf(coalescer.write('waiting'));
    await coalescer.close();
    expect(await waiting).toBeInstanceOf(DatabaseUnavailableError);
    pending[0]?.resolve();
    await first;
    expect(batches).toEqual([['first']]);
  });
});
