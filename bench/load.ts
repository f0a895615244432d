import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The answers received in a period, and how long each took. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly durationMs: number;
  /** The next request, as it is sent over the wire. */
  nextRequest(): string;
}

/**
 * Keeps one request in flight on each of several kept-alive connections, and measures them. It uses bare sockets, so
 * that it takes as little as possible of the processor that it shares with what it measures.
 * @throws if an answer is not 200.
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const timesMs: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + load.durationMs;
  await Promise.all(Array.from({ length: load.connections }, () => runConnection(load, until, timesMs)));
  const seconds = (performance.now() - startedAt) / 1000;
  timesMs.sort((a, b) => a - b);
  const quantile = (share: number) => timesMs[Math.floor((timesMs.length - 1) * share)] ?? Number.NaN;
  return { perSecond: timesMs.length / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

async function runConnection(load: Load, until: number, timesMs: number[]): Promise<void> {
  const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  await new Promise<void>((resolve, reject) => {
    let sentAt = 0;
    const send = () => {
      sentAt = performance.now();
      socket.write(load.nextRequest());
    };
    socket.once('error', reject);
    onAnswer(socket, (status) => {
      const now = performance.now();
      timesMs.push(now - sentAt);
      if (status !== '200') reject(new Error(`answered ${status}`));
      else if (now < until) send();
      else resolve();
    });
    send();
  });
  socket.destroy();
}

/** Calls back with the status of each complete answer. */
function onAnswer(socket: Socket, done: (status: string) => void): void {
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    received += String(chunk);
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1]);
    if (received.length < headEnd + 4 + length) return;
    const status = received.slice(9, 12);
    received = '';
    done(status);
  });
}
