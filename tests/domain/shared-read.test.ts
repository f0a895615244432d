import { sharedRead } from '../../src/domain/shared-read.ts';

/** A read whose results come when the test says so. */
function controlledRead() {
  const waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  let value = 0;
  const read = sharedRead(
    () =>
      new Promise<number>((resolve, reject) => {
        const seen = value;
        waiting.push({ resolve: () => resolve(seen), reject });
      }),
  );
  const write = (to: number) => {
    value = to;
  };
  return { read, waiting, write };
}

const turns = () => new Promise((resolve) => setImmediate(resolve));

describe('a shared read', () => {
  it('is one for all who ask at the same time', async () => {
    const { read, waiting } = controlledRead();

    const asked = [read(), read(), read()];
    await turns();
    waiting[0]?.resolve();

    expect(await Promise.all(asked)).toEqual([0, 0, 0]);
    expect(waiting).toHaveLength(1);
  });

  it('never gives what was read before somebody asked', async () => {
    const { read, waiting, write } = controlledRead();
    const early = read();
    await turns();
    write(1);
    const late = [read(), read()];

    waiting[0]?.resolve();
    expect(await early).toBe(0);
    await turns();
    waiting[1]?.resolve();

    expect(await Promise.all(late)).toEqual([1, 1]);
    expect(waiting).toHaveLength(2);
  });

  it('fails for those who shared it, and not for the next', async () => {
    const { read, waiting } = controlledRead();
    const failing = expect(read()).rejects.toThrow('gone');
    await turns();
    waiting[0]?.reject(new Error('gone'));
    await failing;

    const next = read();
    await turns();
    waiting[1]?.resolve();

    expect(await next).toBe(0);
  });
});
