// `npm test`: Jest against the server named by MONGO_URL or, without one, against an embedded database
// that refuses collection scans. Arguments go to Jest: `npm test -- tests/api/rocketchat/login.test.ts`.
// With `--rough` (`npm run test:rough`), the server is reached by a proxy that behaves badly.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build, install, root } from './prepare.mjs';

install();
build();
// Imported late, since it needs a package that install() may just have installed.
const { neverSeen, runsEverything } = await import('./contract-coverage.mjs');
const { startRoughProxy } = await import('./rough-proxy.mjs');

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

/** Runs Jest; returns its exit code. */
async function runJest(jestArguments, env) {
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', jest, ...jestArguments],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    },
  );
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

/** Prints which documented answers no test has seen; returns the exit code. */
function checkContractCoverage(sightingsFolder) {
  const missing = neverSeen(sightingsFolder);
  if (missing.length === 0) return 0;
  console.error(`openapi.yaml documents ${missing.length} answers that no test has seen:`);
  for (const pair of missing) console.error(`  ${pair}`);
  return 1;
}

/** What a test may take on a database that is interrupted again and again. */
const roughTestMs = 240_000;

const isRough = process.argv.includes('--rough');
const given = process.argv.slice(2).filter((argument) => argument !== '--rough');
const jestArguments = isRough ? [`--testTimeout=${roughTestMs}`, ...given] : given;
const sightingsFolder = mkdtempSync(path.join(os.tmpdir(), 'foyer-contract-'));
const database = process.env.MONGO_URL ? undefined : await startDatabase();
const mongoUrl = database?.url ?? process.env.MONGO_URL;
const proxy = isRough ? await startRoughProxy(mongoUrl) : undefined;
const code = await runJest(jestArguments, {
  MONGO_URL: proxy?.url ?? mongoUrl,
  FOYER_CONTRACT_DIR: sightingsFolder,
});
await proxy?.stop();
if (proxy) console.error('Disturbed:', proxy.disturbed());
await database?.stop();
const complete = code === 0 && runsEverything(given);
process.exitCode = complete ? checkContractCoverage(sightingsFolder) : code;
rmSync(sightingsFolder, { recursive: true, force: true });
