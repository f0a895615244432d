import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import { eventually } from './eventually.ts';

/** A message from the server, as its JSON says. */
export interface ServerMessage {
  readonly msg: string;
  readonly id?: string;
  readonly [member: string]: unknown;
}

/** A client of DDP that keeps everything it receives. */
export interface DdpClient {
  readonly socket: WebSocket;
  readonly received: readonly ServerMessage[];
  send(message: object): void;
  /** Sends a frame as it is. */
  sendRaw(frame: string | Buffer): void;
  /** Calls a method; gives the `result` message. */
  call(method: string, ...params: unknown[]): Promise<ServerMessage>;
  /** Subscribes; gives the `ready` or `nosub` message. */
  subscribe(name: string, ...params: unknown[]): Promise<ServerMessage & { readonly subscription: string }>;
  /** The first message that fits, past or to come. @throws when it does not come in time. */
  message(fits: (message: ServerMessage) => boolean): Promise<ServerMessage>;
  /** The arguments of each event of a stream, in order. */
  events(stream: string, eventName: string): unknown[][];
  /** The code with which the server closed the socket. */
  closeCode(): Promise<number>;
  close(): Promise<void>;
}

/** Where a service listens. */
export interface Listening {
  readonly port: number;
}

/** Opens a socket. @throws if it is refused. */
export async function openDdp(
  { port }: Listening,
  { path = '/websocket', ...options }: ClientOptions & { readonly path?: string } = {},
): Promise<DdpClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, options);
  const received: ServerMessage[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  const closed = once(socket, 'close').then(([code]) => Number(code));
  closed.catch(() => undefined);
  await once(socket, 'open');
  let sent = 0;
  const send = (message: object) => socket.send(JSON.stringify(message));
  const message = async (fits: (message: ServerMessage) => boolean) => {
    let found: ServerMessage | undefined;
    await eventually(() => {
      found = received.find(fits);
      if (!found) throw new Error(`did not come; received: ${JSON.stringify(received).slice(0, 2_000)}`);
    });
    return found as ServerMessage;
  };
  return {
    socket,
    received,
    send,
    sendRaw: (frame) => socket.send(frame),
    message,
    call(method, ...params) {
      const id = `ddp-${sent++}`;
      send({ msg: 'method', method, params, id });
      return message((each) => each.msg === 'result' && each.id === id);
    },
    async subscribe(name, ...params) {
      const subscription = `ddp-${sent++}`;
      send({ msg: 'sub', name, params, id: subscription });
      const isAnswer = (each: ServerMessage) =>
        each.msg === 'ready' ? (each.subs as string[])[0] === subscription : each.id === subscription;
      return { ...(await message(isAnswer)), subscription };
    },
    events: (stream, eventName) =>
      received.flatMap(({ collection, fields }) => {
        const event = fields as { readonly eventName: string; readonly args: unknown[] };
        return collection === stream && event.eventName === eventName ? [event.args] : [];
      }),
    closeCode: () => closed,
    async close() {
      if (socket.readyState !== WebSocket.CLOSED) socket.close(1000);
      await closed;
    },
  };
}

/** Opens a socket and agrees on a version. */
export async function connectDdp(
  listening: Listening,
  options?: Parameters<typeof openDdp>[1],
): Promise<DdpClient> {
  const client = await openDdp(listening, options);
  client.send({ msg: 'connect', version: '1', support: ['1', 'pre2', 'pre1'] });
  await client.message(({ msg }) => msg === 'connected');
  return client;
}

/** The options with which the widget names the visitor who subscribes. */
export const asVisitor = (token: string) => ({
  useCollection: false,
  args: [{ token, visitorToken: token }],
});

/** Subscribes to everything that the widget does about a room. @throws if a subscription is refused. */
export async function watchRoom(client: DdpClient, rid: string, token: string): Promise<void> {
  const streams = [
    ['stream-room-messages', rid],
    ['stream-notify-room', `${rid}/typing`],
    ['stream-notify-room', `${rid}/deleteMessage`],
    ['stream-livechat-room', rid],
  ] as const;
  for (const [name, eventName] of streams) {
    const { msg } = await client.subscribe(name, eventName, asVisitor(token));
    if (msg !== 'ready') throw new Error(`${name} ${eventName}: ${msg}`);
  }
}
