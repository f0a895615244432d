import { OverloadedError } from '../../src/domain/errors.ts';
import { WorkQueue } from '../../src/domain/work-queue.ts';

/** A queue for work that ends when it is told to. */
function queueUnderControl() {
  let now = 0;
  const queue = new WorkQueue({ atATime: 2, mostWaiting: 3, longestWaitMs: 100, elapsedMs: () => now });
  const begun: string[] = [];
  const ends = new Map<string, { resolve(name: string): void; reject(error: Error): void }>();
  return {
    begun,
    run: (name: string): Promise<string | Error> => {
      const ended = new Promise<string>((resolve, reject) => ends.set(name, { resolve, reject }));
      const work = () => {
        begun.push(name);
        return ended;
      };
      return queue.run(work).catch((error: Error) => error);
    },
    end: (name: string) => ends.get(name)?.resolve(name),
    fail: (name: string) => ends.get(name)?.reject(new Error(name)),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('expensive work', () => {
  it('is done for a few at a time, in the order in which they ask', async () => {
    const { run, end, begun } = queueUnderControl();
    const work = ['a', 'b', 'c', 'd'].map(run);
    expect(begun).toEqual(['a', 'b']);
    end('b');
    expect(await work[1]).toBe('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'c', 'd']) end(name);
    expect(await Promise.all(work)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is refused where too much of it is waiting', async () => {
    const { run, end, begun } = queueUnderControl();
    const work = ['a', 'b', 'c', 'd', 'e'].map(run);
    expect(await run('f')).toBeInstanceOf(OverloadedError);
    for (const name of ['a', 'b', 'c', 'd', 'e']) end(name);
    expect(await Promise.all(work)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(begun).not.toContain('f');
  });

  it('is not begun for somebody who has waited for too long', async () => {
    const { run, end, pass, begun } = queueUnderControl();
    const early = ['a', 'b', 'c', 'd'].map(run);
    pass(80);
    const late = run('e');
    pass(21);
    for (const name of ['a', 'b', 'e']) end(name);
    expect(await late).toBe('e');
    expect(await Promise.all(early)).toEqual([
      'a',
      'b',
      expect.any(OverloadedError),
      expect.any(OverloadedError),
    ]);
    expect(begun).toEqual(['a', 'b', 'e']);
  });

  it('makes way for the next when it fails', async () => {
    const { run, end, fail, begun } = queueUnderControl();
    const work = ['a', 'b', 'c'].map(run);
    fail('a');
    expect(await work[0]).toEqual(new Error('a'));
    expect(begun).toContain('c');
    for (const name of ['b', 'c']) end(name);
    await Promise.all(work);
  });
});
