// The compiled database as a process of its own, which can be killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/embedded-mongo/cli.js', import.meta.url));

export interface SpawnedServer {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Starts it on a port of its own, or on the one that is given. */
export async function spawnServer(dataDir: string, port = 0): Promise<SpawnedServer> {
  const child = spawn(process.execPath, [cli, '--port', String(port), '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, url };
}

/** Ends it as a power failure would. */
export async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
