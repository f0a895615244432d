import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Response } from 'express';
import type { Batches } from '../../src/domain/paging.ts';
import { type JsonList, sendJsonList } from '../../src/http/json-list.ts';

const mebibyte = 1024 * 1024;

/** Answers one request with a list. */
class ListServer {
  /** What became of the sending. */
  sent: Promise<unknown> = Promise.resolve();
  #list: JsonList | undefined;
  readonly #server = createServer((_req: IncomingMessage, res: ServerResponse) => {
    if (this.#list) this.sent = sendJsonList(res as Response, this.#list).catch((error: unknown) => error);
    this.sent.then((error) => error && res.writeHead(500).end());
  });

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Asks for a list; the answer is not read yet. */
  async ask(items: Batches<unknown>): Promise<IncomingMessage> {
    this.#list = { name: 'items', items, after: (count, isWhole) => ({ count, isWhole }) };
    const { port } = this.#server.address() as AddressInfo;
    const asked = request({ port, host: '127.0.0.1', agent: false }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return answer;
  }
}

const server = new ListServer();
beforeAll(() => server.start());
afterAll(() => server.stop());

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return text;
}

/** Items of a size, one per batch; how many have been read, and whether the reading has ended. */
function items(total: number, bytes: number) {
  const seen = { read: 0, ended: false };
  async function* read(): Batches<string> & AsyncGenerator<string[]> {
    try {
      for (; seen.read < total; seen.read += 1) yield ['x'.repeat(bytes)];
    } finally {
      seen.ended = true;
    }
  }
  return { seen, batches: read() };
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

it('sends a short list in one piece, with its length', async () => {
  const answer = await server.ask(items(2, 1).batches);
  const text = '{"items":["x","x"],"count":2,"isWhole":true}';
  expect(answer.headers['content-length']).toBe(String(text.length));
  expect(await textOf(answer)).toBe(text);
});

it('sends an empty list', async () => {
  expect(await textOf(await server.ask(items(0, 1).batches))).toBe('{"items":[],"count":0,"isWhole":true}');
});

it('ends before the item with which the answer would become larger than 16 MiB, and says so', async () => {
  const { seen, batches } = items(700, mebibyte);
  const text = await textOf(await server.ask(batches));
  const body = JSON.parse(text);
  expect(body).toMatchObject({ count: 15, isWhole: false });
  expect(body.items).toHaveLength(15);
  expect(text.length).toBeLessThan(16 * mebibyte);
  expect(seen).toEqual({ read: 15, ended: true });
});

it('sends a single item, however large, so that whoever goes on from there gets further', async () => {
  const body = JSON.parse(await textOf(await server.ask(items(3, 17 * mebibyte).batches)));
  expect(body).toMatchObject({ count: 1, isWhole: false });
});

it('reads no further than the client does', async () => {
  const { seen, batches } = items(10_000, 1_000);
  const answer = await server.ask(batches);
  let before = -1;
  // Until the connection takes no more.
  while (before < seen.read) {
    before = seen.read;
    await turns(500);
  }
  expect(seen).toMatchObject({ ended: false });
  expect(seen.read).toBeLessThan(10_000);
  expect(JSON.parse(await textOf(answer)).count).toBe(10_000);
});

it('stops reading when the client goes', async () => {
  const { seen, batches } = items(1_000_000, 10_000);
  const answer = await server.ask(batches);
  answer.destroy();
  expect(await server.sent).toBeUndefined();
  expect(seen.ended).toBe(true);
  expect(seen.read).toBeLessThan(2_000);
});

it('has sent nothing if the list cannot be read', async () => {
  async function* broken(): Batches<string> & AsyncGenerator<string[]> {
    yield ['one'];
    throw new Error('the database is gone');
  }
  const answer = await server.ask(broken());
  expect(answer.statusCode).toBe(500);
  expect(await server.sent).toEqual(new Error('the database is gone'));
});
