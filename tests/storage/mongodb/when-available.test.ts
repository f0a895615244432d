import { MongoNetworkError, MongoServerError } from 'mongodb';
import { whenAvailable } from '../../../src/storage/mongodb/when-available.ts';
import { logBook } from '../../support/log-book.ts';

const refused = new MongoNetworkError('connect ECONNREFUSED');
const steppedDown = new MongoServerError({ message: 'not primary', code: 10107 });
const forbidden = new MongoServerError({ message: 'not authorized', code: 13 });

/** Opens a database that is away for a while, by a clock on which only the pauses between attempts take time. */
function opening(error: Error, { awayMs = Infinity, endedAfterMs = Infinity }) {
  let elapsedMs = 0;
  let attempts = 0;
  const ended = new AbortController();
  const { lines, logger } = logBook('warn');
  const open = async () => {
    attempts += 1;
    if (elapsedMs < awayMs) throw error;
    return 'open';
  };
  const pause = async (ms: number) => {
    elapsedMs += ms;
    if (elapsedMs >= endedAfterMs) ended.abort();
  };
  const opened = whenAvailable(open, { logger, signal: ended.signal, nowMs: () => elapsedMs, pause });
  return { opened, lines, attempts: () => attempts, elapsedMs: () => elapsedMs };
}

describe('a start on a database that cannot be reached', () => {
  it.each([refused, steppedDown])('waits for it, and says so once: %s', async (error) => {
    const { opened, lines } = opening(error, { awayMs: 12_000 });
    expect(await opened).toBe('open');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('waits for it for a minute');
  });

  it('gives up after a minute', async () => {
    const { opened, elapsedMs } = opening(refused, {});
    await expect(opened).rejects.toBe(refused);
    expect(elapsedMs()).toBe(60_000);
  });

  it('ends when it is told to', async () => {
    const { opened, elapsedMs } = opening(refused, { endedAfterMs: 3_000 });
    await expect(opened).rejects.toBe(refused);
    expect(elapsedMs()).toBe(3_000);
  });

  it('does not wait for what waiting does not mend', async () => {
    const { opened, lines, attempts } = opening(forbidden, {});
    await expect(opened).rejects.toBe(forbidden);
    expect([attempts(), lines.length]).toEqual([1, 0]);
  });
});
