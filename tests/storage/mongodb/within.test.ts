import { within } from '../../../src/storage/mongodb/within.ts';
import { patient } from '../../support/paging.ts';

const never = new Promise<string>(() => undefined);
const longMs = 60_000;

describe('What a promise gives within a time', () => {
  it('is what it resolves to', async () => {
    expect(await within(Promise.resolve('soon'), longMs)).toBe('soon');
    expect(await within(Promise.resolve('soon'), longMs, patient)).toBe('soon');
  });

  it('is what it is rejected with', async () => {
    await expect(within(Promise.reject(new Error('it failed')), longMs, patient)).rejects.toThrow(
      'it failed',
    );
  });

  it('is nothing if that takes longer, whatever comes of it then', async () => {
    let fail = (_: Error): void => undefined;
    const late = new Promise<string>((_, reject) => {
      fail = reject;
    });
    expect(await within(late, 0)).toBeUndefined();
    fail(new Error('nobody waits for this'));
  });

  it('is nothing when nobody waits for it any more', async () => {
    const leaving = new AbortController();
    const found = within(never, longMs, leaving.signal);
    leaving.abort();
    expect(await found).toBeUndefined();
    expect(await within(never, longMs, AbortSignal.abort())).toBeUndefined();
  });
});
