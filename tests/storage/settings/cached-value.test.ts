import { cacheValue } from '../../../src/storage/settings/cached-value.ts';

/** A reading that ends when the test says so. */
function readings() {
  const begun: ((value: string) => void)[] = [];
  const read = () => new Promise<string>((resolve) => begun.push(resolve));
  return { begun, read };
}

const turn = () => new Promise(setImmediate);

describe('what is kept in memory', () => {
  it('is read once more if something was written during the read', async () => {
    const { begun, read } = readings();
    const cached = cacheValue('at first', read);
    const refreshed = cached.refresh();
    const written = cached.refreshAfterWrite();
    begun[0]?.('from before the write');
    await turn();
    expect(cached.current()).toBe('at first');
    for (const end of begun.slice(1)) end('from after the write');
    await turn();
    for (const end of begun.slice(1)) end('from after the write');
    await Promise.all([refreshed, written]);
    expect(cached.current()).toBe('from after the write');
  });

  it('stays as it is if it cannot be read', async () => {
    const cached = cacheValue('at first', () => Promise.reject(new Error('gone')));
    await expect(cached.refresh()).rejects.toThrow('gone');
    expect(cached.current()).toBe('at first');
  });
});
