import { logIn } from '../support/accounts.ts';
import { freshDatabaseUrl, startTestService } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

/** How a command that reads a collection begins, behind its header. */
const findIn = (collection: string) =>
  `find\0${String.fromCharCode(collection.length + 1)}\0\0\0${collection}\0`;

/** By what each step of a start is known that follows the preparation of the indexes. */
const steps: readonly string[] = [
  findIn('rocketchat_settings'),
  findIn('rocketchat_livechat_custom_field'),
  findIn('users'),
  // An account is created.
  'statusDefault',
  findIn('foyer_webhook'),
  findIn('foyer_change_feed'),
];

/** The driver sends a command twice by itself. */
const moreThanTheDriverRepeats = 3;

describe('a start whose database goes away at each of its steps', () => {
  it('waits for it each time, and listens in the end', async () => {
    const proxy = await startTcpProxy(freshDatabaseUrl());
    proxy.cutAt(steps[0] ?? '');
    const starting = startTestService({ MONGO_URL: proxy.url, LOG_LEVEL: 'silent' });
    for (const step of steps) {
      proxy.cutAt(step);
      await Promise.race([starting, proxy.hasCut(moreThanTheDriverRepeats)]);
    }
    proxy.bringBack();
    const service = await starting;
    expect(await logIn(service.app)).toBeDefined();
    await service.db.dropDatabase();
    await service.stop();
    await proxy.stop();
  }, 120_000);
});
