import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Processes, processorSeconds, residentBytes } from './processes.ts';

const idleSockets = 10_000;
const chatting = 1_000;
const openAtATime = 100;
/** Each visitor who chats writes so often. */
const writesEveryMs = 20_000;
const chatMs = 20_000;

/** Everyone comes through one proxy, and waits in the queue. */
const settings = {
  HTTP_FORWARDED_COUNT: '1',
  OVERWRITE_SETTING_Livechat_Routing_Method: 'Manual_Selection',
  OVERWRITE_SETTING_Foyer_Rate_Limiter_Visitors_Per_Address: '1000000',
  OVERWRITE_SETTING_Foyer_Sockets_Per_Address: '20000',
  OVERWRITE_SETTING_Livechat_accept_chats_with_no_agents: 'true',
};

/** A visitor's socket, and what waits for a message with a text. */
interface Client {
  readonly token: string;
  readonly socket: WebSocket;
  readonly waiting: Map<string, (at: number) => void>;
}

/**
 * Opens 10,000 sockets to one instance, as widgets do, and has 1,000 of their visitors write: how much memory the
 * sockets take up, how much processor time of the instance a message costs, with everything else that it does
 * meanwhile, and how long it takes from the request with a message to its event on the visitor's own socket. With
 * `--two-instances`, as many more write at another instance than they listen at, and idle sockets are left out.
 */
export async function runSocketsBench(): Promise<void> {
  const hasTwo = process.argv.includes('--two-instances');
  const processes = new Processes();
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  try {
    const url = await processes.startDatabase();
    const port = await processes.startService(url, settings);
    const other = hasTwo ? await processes.startService(url, settings) : undefined;
    const before = await residentBytes(port);
    const clients: Client[] = [];
    while (clients.length < (hasTwo ? 2 * chatting : idleSockets))
      clients.push(
        ...(await Promise.all(
          Array.from({ length: openAtATime }, (_, n) => open(port, `bench-token-${clients.length + n}`)),
        )),
      );
    const after = await residentBytes(port);
    console.log(
      `${clients.length} sockets: ${mb(after)} MB, ${mb(before)} MB before; ${Math.round((after - before) / clients.length / 1024)} KB each`,
    );
    await chat(port, agent, clients.slice(0, chatting));
    if (other !== undefined) {
      console.log('at another instance:');
      await chat(other, agent, clients.slice(chatting));
    }
    console.log(`afterwards: ${mb(await residentBytes(port))} MB`);
    for (const { socket } of clients) socket.terminate();
  } finally {
    agent.destroy();
    await processes.stop();
  }
}

const mb = (bytes: number): number => Math.round(bytes / 1024 / 1024);

async function open(port: number, token: string): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/websocket`, { perMessageDeflate: false });
  const waiting: Client['waiting'] = new Map();
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('open', () => {
      socket.send('{"msg":"connect","version":"1","support":["1"]}');
      const setUp = { msg: 'method', id: 'set-up', method: 'livechat:setUpConnection', params: [{ token }] };
      socket.send(JSON.stringify(setUp));
    });
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.msg === 'ping') socket.send('{"msg":"pong"}');
      else if (message.msg === 'result') resolve();
      else if (message.msg === 'ready' || message.msg === 'nosub')
        waiting.get(message.msg)?.(performance.now());
      else if (message.msg === 'changed') waiting.get(message.fields.args[0].msg)?.(performance.now());
    });
  });
  return { token, socket, waiting };
}

interface Chat {
  readonly client: Client;
  readonly rid: string;
}

/** Has visitors write at their own pace, and prints how long that takes to come back. */
async function chat(port: number, agent: Agent, clients: readonly Client[]): Promise<void> {
  const chats: Chat[] = [];
  for (let at = 0; at < clients.length; at += 20)
    chats.push(
      ...(await Promise.all(clients.slice(at, at + 20).map((client) => begin(port, agent, client)))),
    );
  // What runs often enough is compiled anew, which takes its time.
  await write(port, agent, chats, 'warm-up');
  const usedBefore = await processorSeconds(port);
  const { times, answers } = await write(port, agent, chats, 'message');
  const usedMs = ((await processorSeconds(port)) - usedBefore) * 1_000;
  console.log(
    `${times.length} messages of ${chats.length} visitors, ${(usedMs / times.length).toFixed(1)} ms of processor time each`,
  );
  console.log(`  from the request to its answer: ${quantiles(answers)}`);
  console.log(`  from the request to the event: ${quantiles(times)}`);
}

/** How long each message took, in milliseconds, until it was acknowledged and until its event came. */
async function write(port: number, agent: Agent, chats: readonly Chat[], text: string) {
  const times: number[] = [];
  const answers: number[] = [];
  const endAt = performance.now() + chatMs;
  await Promise.all(
    chats.map(async ({ client: { token, waiting }, rid }, index) => {
      await delay((index / chats.length) * writesEveryMs);
      for (let n = 0; performance.now() < endAt; n += 1) {
        const msg = `${text} ${n}`;
        const startedAt = performance.now();
        const heard = new Promise<number>((resolve) => waiting.set(msg, resolve));
        await post(port, agent, 'livechat/message', { token, rid, msg });
        answers.push(performance.now() - startedAt);
        times.push((await heard) - startedAt);
        await delay(Math.max(0, startedAt + writesEveryMs - performance.now()));
      }
    }),
  );
  return { times, answers };
}

function quantiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${at(1)} ms`;
}

/** Registers the visitor, opens their room and watches it. */
async function begin(port: number, agent: Agent, client: Client) {
  const { token, socket, waiting } = client;
  await post(port, agent, 'livechat/visitor', { visitor: { token, name: token } });
  const { room } = (await call(port, agent, 'GET', `livechat/room?token=${token}`)) as {
    room: { readonly _id: string };
  };
  const ready = new Promise<number>((resolve) => waiting.set('ready', resolve));
  const params = [room._id, { args: [{ token, visitorToken: token }] }];
  socket.send(JSON.stringify({ msg: 'sub', id: 'room', name: 'stream-room-messages', params }));
  await ready;
  return { client, rid: room._id };
}

const post = (port: number, agent: Agent, operation: string, body: object): Promise<unknown> =>
  call(port, agent, 'POST', operation, JSON.stringify(body));

function call(port: number, agent: Agent, method: string, operation: string, body = ''): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request({ port, agent, method, path: `/api/v1/${operation}`, headers }, async (answer) => {
      let text = '';
      for await (const chunk of answer) text += String(chunk);
      if (answer.statusCode === 200) resolve(JSON.parse(text));
      else reject(new Error(`${operation}: ${answer.statusCode} ${text}`));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
