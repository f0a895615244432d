import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Visitors who look at pages, each from an address of their own, while somebody else attacks. A thread of its own, so
 * that the attack does not hold up their clocks.
 */
const { port } = workerData as { readonly port: number };
const betweenMs = 25;

/** What the visitors saw since they were last asked. */
export interface Seen {
  readonly timesMs: readonly number[];
  /** Answers other than 200. */
  readonly refused: number;
}

const agent = new Agent({ keepAlive: true });
let [timesMs, refused]: [number[], number] = [[], 0];
let visitors = 0;

function lookAtPage(): void {
  visitors += 1;
  const address = `198.51.${Math.floor(visitors / 250) % 250}.${visitors % 250}`;
  const pageInfo = { change: 'url', title: 'Shoes', location: { href: 'https://shop.example.org/shoes' } };
  const body = JSON.stringify({ token: `innocent-${visitors}`, pageInfo });
  const startedAt = performance.now();
  const done = (status: number | undefined) => {
    timesMs.push(performance.now() - startedAt);
    if (status !== 200) refused += 1;
  };
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'X-Forwarded-For': address,
  };
  const path = '/api/v1/livechat/page.visited';
  request({ port, host: '127.0.0.1', agent, method: 'POST', path, headers }, (answer) => {
    answer.resume().once('end', () => done(answer.statusCode));
  })
    .once('error', () => done(undefined))
    .end(body);
}

setInterval(lookAtPage, betweenMs);
parentPort?.on('message', () => {
  parentPort?.postMessage({ timesMs, refused } satisfies Seen);
  [timesMs, refused] = [[], 0];
});
