// A disk that takes no more: writes are refused, nothing is half written, and all goes on when there is room again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { idsOf, watch } from './change-streams/watching.ts';
import { codeOf, startEmbedded, temporaryDirectory } from './test-database.ts';

const cli = fileURLToPath(new URL('../../dist/embedded-mongo/cli.js', import.meta.url));
const outOfDiskSpace = 14031;

/** A server whose files cannot grow over some megabytes, as if the disk ended there. */
async function spawnConfined(dataDir: string) {
  const confined = `ulimit -f 8000; trap "" XFSZ; exec "$0" "$1" --port 0 --data-dir "$2"`;
  // LMDB writes what it could not store to standard error; that is no news here.
  const child = spawn('sh', ['-c', confined, process.execPath, cli, dataDir], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, url: String(url) };
}

it('a full disk refuses writes, loses nothing, and is recovered from', async () => {
  const dataDir = temporaryDirectory();
  const { child, url } = await spawnConfined(dataDir);
  const client = await MongoClient.connect(url);
  const items = client.db('d').collection<{ _id: number; k: number; text: string }>('items');
  await items.createIndex({ k: 1 });
  const watcher = await watch(items, [{ $match: { operationType: 'insert' } }]);
  const text = 'x'.repeat(20_000);
  const written: number[] = [];
  let refusal: number | undefined;
  for (let n = 0; n < 5000 && refusal === undefined; n += 1) {
    refusal = await codeOf(items.insertOne({ _id: n, k: n, text }));
    if (refusal === undefined) written.push(n);
  }
  expect(refusal).toBe(outOfDiskSpace);
  const stored = async (): Promise<number[]> => (await items.find().toArray()).map(({ _id }) => _id);
  expect(await stored()).toEqual(written);
  expect(await items.countDocuments({ k: { $gte: 0 } })).toBe(written.length);

  // Taking away needs a few pages itself, which earlier removals free.
  let isRoom = false;
  for (const _id of written) {
    await items.deleteOne({ _id }).catch(() => undefined);
    isRoom = (await codeOf(items.insertOne({ _id: 10_000, k: 0, text }))) === undefined;
    if (isRoom) break;
  }
  expect(isRoom).toBe(true);
  // Its watchers are told of what was stored, and not of what was refused.
  expect(idsOf(await watcher.take(written.length + 1))).toEqual([...written, 10_000]);
  await watcher.close();
  expect(await stored()).toContain(10_000);
  expect(child.exitCode).toBeNull();

  await client.close();
  child.kill('SIGTERM');
  await once(child, 'exit');
  rmSync(dataDir, { recursive: true, force: true });
});

it('does not start where the disk has no room for the file that locks the data, and says so', async () => {
  const dataDir = temporaryDirectory();
  await (await startEmbedded({ dataDir })).stop();
  // A backup does not have it.
  rmSync(path.join(dataDir, 'data.mdb-lock'));
  const confined = 'ulimit -f 1; trap "" XFSZ; exec "$0" "$1" --port 0 --data-dir "$2"';
  const child = spawn('sh', ['-c', confined, process.execPath, cli, dataDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const [code] = await once(child, 'close');
  expect([code, said.join('')]).toEqual([1, expect.stringContaining('cannot be written to')]);
  rmSync(dataDir, { recursive: true, force: true });
});
