import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startTestDatabase, type TestDatabase } from './test-database.ts';

/** A directory as a server creates it, with a socket whose process has been killed. */
async function abandonedDirectory(name: string): Promise<string> {
  const directory = path.join(os.tmpdir(), name);
  mkdirSync(directory);
  const listen = `require('node:net').createServer().listen(process.argv[1], () => console.log('listening'))`;
  const child = spawn(process.execPath, ['-e', listen, path.join(directory, 'mongo.sock')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return directory;
}

describe('socket directories', () => {
  let database: TestDatabase | undefined;
  const made: string[] = [];
  afterEach(async () => {
    await database?.stop();
    for (const directory of made) rmSync(directory, { recursive: true, force: true });
  });

  it('of killed servers are removed at the next start, others are kept', async () => {
    const abandoned = await abandonedDirectory(`foyer-mongo-abandoned-${process.pid}`);
    const starting = path.join(os.tmpdir(), `foyer-mongo-starting-${process.pid}`);
    mkdirSync(starting);
    made.push(abandoned, starting);
    database = await startTestDatabase();
    expect(existsSync(abandoned)).toBe(false);
    expect(existsSync(starting)).toBe(true);
    const second = await startTestDatabase();
    expect(await database.client.db('any').command({ ping: 1 })).toMatchObject({ ok: 1 });
    await second.stop();
  });
});
