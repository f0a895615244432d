import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';

const serverFile = fileURLToPath(new URL('./embedded-server.js', import.meta.url));

export interface EmbeddedProcessOptions {
  readonly dataDir: string;
  readonly maxPoolSize: number;
  /** Whether it does what change streams cost. */
  readonly isLogged?: boolean;
  readonly maxLogBytes?: number;
}

/** An embedded database in a process of its own, with a client connected to it. */
export class EmbeddedProcess {
  readonly client: MongoClient;
  /** The path of the socket that it listens on. */
  readonly socketPath: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, client: MongoClient, socketPath: string) {
    this.#child = child;
    this.client = client;
    this.socketPath = socketPath;
  }

  static async start(options: EmbeddedProcessOptions): Promise<EmbeddedProcess> {
    const { dataDir, maxPoolSize, isLogged = true, maxLogBytes = 256 * 1024 * 1024 } = options;
    const child = fork(serverFile, [dataDir, isLogged ? 'logged' : 'unlogged', String(maxLogBytes)]);
    const [url] = (await once(child, 'message')) as [string];
    const client = await MongoClient.connect(url, { maxPoolSize });
    return new EmbeddedProcess(child, client, decodeURIComponent(new URL(url).host));
  }

  /** The processor time that the server has used, in microseconds. */
  async cpuMicros(): Promise<number> {
    this.#child.send('usage');
    const [{ user, system }] = (await once(this.#child, 'message')) as [NodeJS.CpuUsage];
    return user + system;
  }

  async stop(): Promise<void> {
    await this.client.close();
    this.#child.send('stop');
    await once(this.#child, 'exit');
  }
}
