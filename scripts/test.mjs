// `npm test`: Jest against the server named by MONGO_URL or, without one, against an embedded database
// that refuses collection scans. Arguments go to Jest: `npm test -- tests/api/visitor.test.ts`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build, install, root } from './prepare.mjs';

install();
build();

async function startDatabase() {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'foyer-test-'));
  const cli = path.join(root, 'dist', 'embedded-mongo', 'cli.js');
  const child = spawn(process.execPath, [cli, '--port', '0', '--data-dir', dataDir, '--notablescan'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Its first line on standard output is its connection string.
  const [url] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('the embedded database did not start'))),
  ]);
  const stop = async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url, stop };
}

const database = process.env.MONGO_URL ? undefined : await startDatabase();
const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, MONGO_URL: database?.url ?? process.env.MONGO_URL } },
);
const [code] = await once(jest, 'exit');
await database?.stop();
process.exitCode = code ?? 1;
