import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The processes of a benchmark, and a folder for their data. */
export class Processes {
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), 'foyer-bench-'));
  readonly #children: ChildProcess[] = [];

  /**
   * Starts a program of this project.
   * @param ready what it prints once it is ready.
   * @returns the first group of what matched.
   */
  async start(
    file: string,
    args: readonly string[],
    ready: RegExp,
    env: Readonly<Record<string, string>> = {},
    nodeOptions: readonly string[] = [],
  ): Promise<string> {
    const child = spawn(process.execPath, [...nodeOptions, file, ...args], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#children.push(child);
    return firstMatch(child, ready);
  }

  /**
   * The address of a database, one that nobody else uses unless it is named: on the server at MONGO_URL, or on an
   * embedded one.
   */
  async startDatabase({
    name = `foyer_bench_${process.pid}`,
    dataDir = path.join(this.#folder, 'data'),
  } = {}): Promise<string> {
    const server =
      process.env.MONGO_URL ??
      (await this.start(
        'dist/embedded-mongo/cli.js',
        ['--port', '0', '--data-dir', dataDir],
        /(mongodb:\S+)/,
      ));
    const url = new URL(server);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** @returns the port of a service on the database. */
  async startService(mongoUrl: string, env: Readonly<Record<string, string>> = {}): Promise<number> {
    const defaults = { MONGO_URL: mongoUrl, PORT: '0', BIND_IP: '127.0.0.1', ADMIN_PASS: 'bench' };
    // As `npm start` and the image do.
    const nodeOptions = ['--max-semi-space-size=32'];
    return Number(await this.start('dist/main.js', [], listeningPort, { ...defaults, ...env }, nodeOptions));
  }

  /** Ends them all, the last one first, and removes their data. */
  async stop(): Promise<void> {
    for (const child of this.#children.reverse()) {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What servers print when they listen. */
export const listeningPort = /localhost:(\d+)\/docs/;

async function firstMatch(child: ChildProcess, pattern: RegExp): Promise<string> {
  if (!child.stdout) throw new Error('the process has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) {
      child.stdout.resume();
      return found;
    }
  }
  throw new Error('the process ended before it was ready');
}

/** The memory that a service holds, by its own account. */
export const residentBytes = (port: number): Promise<number> =>
  readMetric(port, 'process_resident_memory_bytes');

/** The processor time that a service has used, by its own account. */
export const processorSeconds = (port: number): Promise<number> =>
  readMetric(port, 'process_cpu_seconds_total');

async function readMetric(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}
