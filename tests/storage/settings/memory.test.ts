import { keepInMemory } from '../../../src/storage/settings/memory.ts';

/** A reading that ends when the test says so. */
function readings() {
  const begun: ((value: string) => void)[] = [];
  const read = () => new Promise<string>((resolve) => begun.push(resolve));
  return { begun, read };
}

const turn = () => new Promise(setImmediate);

describe('what is kept in memory', () => {
  it('is read once more where something was written while it was read', async () => {
    const { begun, read } = readings();
    const memory = keepInMemory('at first', read);
    const refreshed = memory.refresh();
    const written = memory.written();
    begun[0]?.('from before the write');
    await turn();
    expect(memory.current()).toBe('at first');
    for (const end of begun.slice(1)) end('from after the write');
    await turn();
    for (const end of begun.slice(1)) end('from after the write');
    await Promise.all([refreshed, written]);
    expect(memory.current()).toBe('from after the write');
  });

  it('stays as it is where it cannot be read', async () => {
    const memory = keepInMemory('at first', () => Promise.reject(new Error('gone')));
    await expect(memory.refresh()).rejects.toThrow('gone');
    expect(memory.current()).toBe('at first');
  });
});
