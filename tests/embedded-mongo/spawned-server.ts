// The compiled database in its own process, which can be killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/embedded-mongo/cli.js', import.meta.url));

export interface SpawnedServer {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Starts it on a free port, or on the given one. */
export async function spawnServer(dataDir: string, port = 0): Promise<SpawnedServer> {
  const child = spawn(process.execPath, [cli, '--port', String(port), '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, url };
}

/** Kills it as abruptly as a power failure would. */
export async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
