import { createLogger } from '../../../src/observability/logger.ts';
import { cacheValue } from '../../../src/storage/settings/cached-value.ts';
import { refreshRegularly } from '../../../src/storage/settings/refresh.ts';

const logger = createLogger('silent');

describe('reading anew', () => {
  it('does it once more where a change is told while it is under way', async () => {
    const reads: (() => void)[] = [];
    const part = { refresh: () => new Promise<void>((resolve) => reads.push(resolve)) };
    const refresher = refreshRegularly([part], 60_000, logger);
    refresher.now();
    refresher.now();
    refresher.now();
    expect(reads).toHaveLength(1);
    reads[0]?.();
    await new Promise(setImmediate);
    expect(reads).toHaveLength(2);
    refresher.stop();
    reads[1]?.();
  });

  it('ends when it is told to, though a change was told of', async () => {
    const reads: (() => void)[] = [];
    const part = { refresh: () => new Promise<void>((resolve) => reads.push(resolve)) };
    const refresher = refreshRegularly([part], 60_000, logger);
    refresher.now();
    refresher.now();
    refresher.stop();
    reads[0]?.();
    await new Promise(setImmediate);
    expect(reads).toHaveLength(1);
  });

  it('keeps what it has in memory while the database is unreachable', async () => {
    let away = false;
    const cached = cacheValue('nothing', async () => {
      if (away) throw new Error('away');
      return 'read';
    });
    await cached.refresh();
    away = true;
    const refresher = refreshRegularly([cached], 60_000, logger);
    refresher.now();
    await new Promise(setImmediate);
    expect(cached.current()).toBe('read');
    refresher.stop();
  });

  it('never ends with what was there before the last write', async () => {
    const reads: { value: number; resolve: (value: number) => void }[] = [];
    let stored = 0;
    const cached = cacheValue(
      -1,
      () => new Promise<number>((resolve) => reads.push({ value: stored, resolve })),
    );
    const answer = (index: number) => reads[index]?.resolve(reads[index]?.value ?? Number.NaN);
    const slow = cached.refresh();
    stored = 1;
    const written = cached.refreshAfterWrite();
    answer(1);
    await written;
    expect(cached.current()).toBe(1);
    answer(0);
    await new Promise(setImmediate);
    answer(2);
    await slow;
    expect(cached.current()).toBe(1);
  });
});
