import { createLogger } from '../../src/observability/logger.ts';
import { regularWork } from '../../src/regular-work.ts';
import { eventually } from '../support/eventually.ts';

/** Work that is done at the start and then every few milliseconds, and what the log says of it. */
function repeated(work: (signal: AbortSignal) => Promise<void>) {
  const said: string[] = [];
  const logger = createLogger('warn', { write: (line) => void said.push(JSON.parse(line).msg) });
  return { said, ...regularWork(work, { everyMs: 5, atStart: true, logger, failure: 'it failed' }) };
}

describe('regular work', () => {
  it('is done again after a failure, which the log tells of', async () => {
    let runs = 0;
    const { start, stop, said } = repeated(async () => {
      runs += 1;
      if (runs === 1) throw new Error('no');
    });
    start();
    await eventually(() => expect(runs).toBeGreaterThan(1));
    await stop();
    expect(said).toEqual(['it failed']);
  });

  it('is told to stop, and waited for; what fails by then is not told of', async () => {
    let end = (): void => undefined;
    let signal: AbortSignal | undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { start, stop, said } = repeated(async (given) => {
      signal = given;
      await ended;
      throw new Error('interrupted');
    });
    start();
    let isStopped = false;
    const stopped = stop().then(() => {
      isStopped = true;
    });
    await new Promise(setImmediate);
    expect([signal?.aborted, isStopped]).toEqual([true, false]);
    end();
    await stopped;
    expect(said).toEqual([]);
  });
});
