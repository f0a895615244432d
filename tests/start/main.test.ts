import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { freshDatabaseUrl } from '../support/service.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

/** Runs the compiled service as `npm start` does, collecting what it prints. */
class Run {
  readonly child: ChildProcess;
  output = '';

  constructor(env: Record<string, string>) {
    this.child = spawn(process.execPath, ['dist/main.js'], {
      env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'warn', BIND_IP: '127.0.0.1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => this.collect(chunk));
    this.child.stderr?.on('data', (chunk: Buffer) => this.collect(chunk));
  }

  private collect(chunk: Buffer): void {
    this.output += chunk.toString();
    this.child.emit('printed');
  }

  /** The first group of the pattern, as soon as it has been printed. */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.output);
      if (found) return found[1] ?? found[0];
      if (this.child.exitCode !== null) throw new Error(`it ended with:\n${this.output}`);
      await Promise.race([once(this.child, 'printed'), once(this.child, 'exit')]);
    }
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.exitCode();
  }
}

/** Waits until the port is closed. */
async function refusesConnections(port: number): Promise<void> {
  for (;;) {
    const probe = connect(port, '127.0.0.1');
    const refused = await Promise.race([
      once(probe, 'connect').then(() => false),
      once(probe, 'close').then(() => true),
    ]).catch(() => true);
    probe.destroy();
    if (refused) return;
  }
}

const post = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

describe('Starting the service', () => {
  let folder: string;
  let runs: Run[];
  const run = (env: Record<string, string>): Run => {
    const started = new Run({ FOYER_DATA_DIR: path.join(folder, 'data'), PORT: '0', ...env });
    runs.push(started);
    return started;
  };
  const baseUrl = (started: Run) => started.printed(/(http:\/\/localhost:[1-9]\d*)\/docs/);

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'foyer-start-'));
    runs = [];
  });
  afterEach(async () => {
    for (const { child } of runs) child.kill('SIGKILL');
    await Promise.all(runs.map((started) => started.exitCode()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('prints its address, the administrator, where the data is, and a first request', async () => {
    const first = run({});
    const url = await baseUrl(first);
    const password = await first.printed(/Admin {2}admin, password (\S+) \(shown this once\)/);
    expect(first.output).toContain(`${path.join(folder, 'data')} (embedded database at mongodb://`);
    const database = await MongoClient.connect(await first.printed(/embedded database at (\S+)\)/));
    expect((await database.db('foyer').stats()).collections).toBeGreaterThan(0);
    await database.close();
    // The port that the system picked, not the 0 that asked for one.
    expect(first.output).toContain(`Foyer is ready at ${url}\n`);
    expect(first.output).toContain(`${url}/api/v1/livechat/visitor`);
    const login = await post(`${url}/api/v1/login`, { user: 'admin', password });
    expect(login.status).toBe(200);
    expect(await first.stop()).toBe(0);
  });

  it("gives Prometheus the process's figures under their usual names, and the event loop's only once", async () => {
    const url = await baseUrl(run({}));
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('# TYPE process_cpu_seconds_total counter');
    expect(text).toMatch(/^process_cpu_seconds_total [\d.]+$/m);
    expect(text).toMatch(/^process_resident_memory_bytes [1-9]/m);
    expect(text).toMatch(/^nodejs_heap_size_used_bytes [1-9]/m);
    expect(text).toMatch(/^foyer_event_loop_delay_seconds\{quantile="1"\} \d/m);
    expect(text).not.toContain('eventloop_lag');
  });

  it('keeps what it acknowledged when it is killed, and does not print a password again', async () => {
    const first = run({ ADMIN_PASS: 'a good password' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) =>
        post(`${await baseUrl(first)}/api/v1/livechat/page.visited`, {
          token: 'killed',
          pageInfo: { change: 'url', title: `Page ${index}`, location: { href: 'https://example.org/' } },
        }),
      ),
    );
    const visitor = await post(`${await baseUrl(first)}/api/v1/livechat/visitor`, {
      visitor: { token: 'killed' },
    });
    first.child.kill('SIGKILL');
    await first.exitCode();
    expect(answers.every(({ status }) => status === 200)).toBe(true);

    const second = run({ ADMIN_PASS: 'a good password' });
    const url = await baseUrl(second);
    expect(second.output).not.toContain('password');
    const again = await fetch(`${url}/api/v1/livechat/visitor/killed`);
    expect(await again.json()).toEqual(await visitor.json());
    expect(await second.stop()).toBe(0);
  });

  it('finishes its requests even if told to stop twice', async () => {
    const started = run({});
    const { port } = new URL(await baseUrl(started));
    const body = JSON.stringify({ visitor: { token: 'late' } });
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /api/v1/livechat/visitor HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    await fetch(`http://127.0.0.1:${port}/health`);
    started.child.kill('SIGTERM');
    started.child.kill('SIGTERM');
    await refusesConnections(Number(port));
    started.child.kill('SIGINT');
    socket.write(body.slice(5));
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await started.exitCode()).toBe(0);
  });

  it('refuses a bad value with one sentence', async () => {
    const started = run({ PORT: 'many' });
    expect(await started.exitCode()).toBe(1);
    expect(started.output.trim()).toBe(
      'Foyer cannot start: PORT must be a whole number from 0 to 65535, but is "many".',
    );
  });

  it('refuses a port that is in use', async () => {
    const taken: Server = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    const started = run({ PORT: port });
    expect(await started.exitCode()).toBe(1);
    expect(started.output.trim()).toMatch(/^Foyer cannot start: .*PORT.* in use[^\n]*\.$/);
    taken.close();
  });

  it('waits for a database that is not there yet', async () => {
    const proxy = await startTcpProxy(freshDatabaseUrl());
    proxy.takeAway('refusing');
    const started = run({ MONGO_URL: proxy.url });
    await started.printed(/cannot be reached; this start waits/);
    proxy.bringBack();
    const url = await baseUrl(started);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    expect(await started.stop()).toBe(0);
    await proxy.stop();
  });

  it('stops at once while it waits for a database, whose password it does not print', async () => {
    const started = run({ MONGO_URL: 'mongodb://bob:secret@127.0.0.1:9/foyer' });
    await started.printed(/cannot be reached; this start waits/);
    expect(await started.stop()).toBe(0);
    expect(started.output).not.toContain('secret');
    expect(started.output).not.toContain('cannot start');
  });

  it('refuses a data directory that another process uses', async () => {
    const first = run({});
    await baseUrl(first);
    const second = run({});
    expect(await second.exitCode()).toBe(1);
    expect(second.output.trim()).toMatch(/^Foyer cannot start: [^\n]*$/);
    expect(second.output).toContain(path.join(folder, 'data'));
  });

  it('says why if its data is damaged', async () => {
    const first = run({});
    await baseUrl(first);
    await first.stop();
    // The name of a field of users, wherever it occurs.
    const file = path.join(folder, 'data', 'data.mdb');
    const bytes = readFileSync(file);
    for (let at = bytes.indexOf('utcOffset'); at >= 0; at = bytes.indexOf('utcOffset', at + 1))
      bytes[at] = 0x55;
    writeFileSync(file, bytes);
    const second = run({});
    expect(await second.exitCode()).toBe(1);
    expect(second.output).toMatch(
      /The database in .*data is damaged \(.*does not match its checksum\): restore it/,
    );
  });

  it('refuses a data directory that it cannot write', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, 'not a directory');
    const started = run({ FOYER_DATA_DIR: path.join(file, 'data') });
    expect(await started.exitCode()).toBe(1);
    expect(started.output.trim()).toMatch(/^Foyer cannot start: [^\n]*$/);
  });
});
