import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Env } from '../../src/config/env.ts';

/** The compiled service in a process of its own. */
export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
}

/** @throws if the process ends before it listens. */
export async function startServiceProcess(mongoUrl: string, env: Env = {}): Promise<ServiceProcess> {
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: { PATH: process.env.PATH ?? '', MONGO_URL: mongoUrl, PORT: '0', BIND_IP: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /(http:\/\/localhost:\d+)\/docs/.exec(line)?.[1];
    if (url !== undefined) return { child, url, port: Number(new URL(url).port) };
  }
  throw new Error('the service did not start');
}
