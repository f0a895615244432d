import { stat } from 'node:fs/promises';
import { DatabaseUnavailableError } from '../../src/domain/errors.ts';
import { createOutageDeadline } from '../../src/http/outage-deadline.ts';

const forEver = () => new Promise<never>(() => undefined);
const nextTurn = () => new Promise(setImmediate);
const holdUpFor = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until; );
};
const silentSince = (ms: number) => () => performance.now() - ms;

describe('work that waits for the database', () => {
  it('is abandoned as soon as the database has been silent for too long', async () => {
    const withOutageDeadline = createOutageDeadline({
      lastHeardAt: silentSince(50),
      firstCheckMs: 1,
      silenceMs: 40,
    });
    await expect(withOutageDeadline(forEver)).rejects.toThrow(DatabaseUnavailableError);
  });

  it('continues as long as the database is working', async () => {
    let looks = 0;
    let finish: (result: string) => void = () => undefined;
    const lastHeardAt = () => {
      looks += 1;
      if (looks === 2) finish('done');
      return performance.now();
    };
    const withOutageDeadline = createOutageDeadline({ lastHeardAt, firstCheckMs: 1, silenceMs: 5_000 });
    const work = () =>
      new Promise<string>((resolve) => {
        finish = resolve;
      });
    expect(await withOutageDeadline(work)).toBe('done');
  });

  it('continues when this process was held up, and the answer is there unread', async () => {
    let heardAt = performance.now();
    const withOutageDeadline = createOutageDeadline({
      lastHeardAt: () => heardAt,
      firstCheckMs: 50,
      silenceMs: 50,
    });
    // From here, Node looks at its timers before it looks at what has arrived.
    await nextTurn();
    const answered = withOutageDeadline(async () => {
      await stat('.');
      heardAt = performance.now();
      return 'done';
    });
    holdUpFor(300);
    expect(await answered).toBe('done');
  });

  it('is abandoned in the end, even though the database is working', async () => {
    const options = { lastHeardAt: silentSince(0), firstCheckMs: 1, silenceMs: 5_000, limitMs: 1 };
    await expect(createOutageDeadline(options)(forEver)).rejects.toThrow(DatabaseUnavailableError);
  });

  it.each([
    ['after 1.5 seconds, if the database has been silent all the time', 1_500, 0],
    ['as soon as the database has been silent for 1.2 seconds', 2_000, 800],
    ['after half a minute, even though the database is working', 30_000, 30_000],
  ])('is abandoned %s', async (_, limitMs, heardAt) => {
    let now = 0;
    let looks = 0;
    const lastHeardAt = () => {
      looks += 1;
      // At the first look, it is a moment too early.
      if (looks === 1) now = limitMs;
      return heardAt;
    };
    const withOutageDeadline = createOutageDeadline({ lastHeardAt, monotonicMs: () => now });
    const abandoned = withOutageDeadline(forEver);
    now = limitMs - 1;
    await expect(abandoned).rejects.toThrow(DatabaseUnavailableError);
    expect(looks).toBe(2);
  });

  it('returns its own result and its own error, even if it ends at once', async () => {
    const withOutageDeadline = createOutageDeadline({ lastHeardAt: silentSince(0) });
    expect(await withOutageDeadline(async () => 'done')).toBe('done');
    await expect(withOutageDeadline(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });
});
