import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { jsonParts } from '../../src/http/json-parts.ts';
import { type StreamBounds, sendTextStream, TextStream } from '../../src/http/text-stream.ts';

/** Serves the parts once, and gives the text that a client receives. */
async function received(parts: AsyncIterable<string>, bounds: StreamBounds = {}): Promise<string> {
  const app = express().get('/', (_req, res) =>
    sendTextStream(res, new TextStream('text/plain', parts), bounds),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    return await (await fetch(`http://127.0.0.1:${port}/`)).text();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function* many(part: string, count: number) {
  for (let made = 0; made < count; made += 1) yield part;
}

async function* batches(...all: unknown[][]) {
  yield* all;
}

describe('a text that is made while it is sent', () => {
  it('arrives as a whole', async () => {
    expect(await received(many('0123456789', 100_000))).toHaveLength(1_000_000);
    expect(await received(many('', 0))).toBe('');
  });

  it('is cut off beyond its bounds, so that it is not taken for complete', async () => {
    await expect(received(many('0123456789', 100_000), { mostBytes: 999_999 })).rejects.toThrow();
    await expect(received(many('0123456789', 100_000), { longestMs: 0 })).rejects.toThrow();
  });

  it('is valid JSON, whatever is in it', async () => {
    const whole = { a: 1, none: undefined, empty: batches(), some: batches([1], [], [{ b: '"' }, null]) };
    expect(JSON.parse(await received(jsonParts(whole)))).toEqual({
      ...{ a: 1, none: null, empty: [], some: [1, { b: '"' }, null] },
    });
    expect(await received(jsonParts({}))).toBe('{}');
  });
});
