import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { clientAddress, networkOf } from '../../http/client-address.ts';
import type { Connection, ConnectionHandler, Refusal } from './connection.ts';
import { serveAsPlainRequest } from './plain-request.ts';
import { closeCodes, type FrameSink, Session } from './session.ts';

/** The bounds of what sockets may take up, in bytes, milliseconds and numbers. */
export interface SocketBounds {
  /** The longest message: that of the longest text, in JSON. */
  readonly frameBytes: number;
  /** How much may wait for a client that does not read; more, and it is sent away. */
  readonly waitingBytes: number;
  /** How many sockets there may be. */
  readonly sockets: number;
  /** How long a client may take to connect, after the socket is open. */
  readonly connectMs: number;
  /** A client that has said nothing for this long is asked whether it is there. */
  readonly quietMs: number;
  /** A client that has said nothing for this long, though asked, is gone. */
  readonly goneMs: number;
  /** How often that is looked at. */
  readonly lookEveryMs: number;
  /** How long clients may take to say goodbye when they break the protocol, or the service stops. */
  readonly goodbyeMs: number;
}

const defaultBounds: SocketBounds = {
  frameBytes: 64 * 1024,
  waitingBytes: 256 * 1024,
  sockets: 20_000,
  connectMs: 10_000,
  quietMs: 30_000,
  goneMs: 50_000,
  lookEveryMs: 100,
  goodbyeMs: 1_000,
};

export interface SocketsParts {
  /** How many proxies in front are trusted. */
  readonly forwardedCount: number;
  /** Makes the handler of a new connection. */
  readonly accept: (connection: Connection) => ConnectionHandler;
  /** Whether pages of this origin may open a socket; those of the service itself always may. */
  readonly isAllowedOrigin: (origin: string) => boolean;
  /** How many sockets an address may have; undefined if that is not limited. */
  readonly socketsPerAddress: () => number | undefined;
  /** Counts a request of an address; a refusal if there are too many. */
  readonly countRequest: (network: string) => Refusal | undefined;
  readonly newId: () => string;
  /** Called when all sockets are closed. */
  readonly stop: () => Promise<void>;
  readonly bounds?: Partial<SocketBounds>;
}

/** A socket, and when its client was last heard. */
interface OpenSocket {
  readonly socket: WebSocket;
  readonly session: Session;
  readonly openedAt: number;
  heardAt: number;
  isAsked: boolean;
}

/** A path below which sockets can be opened. */
export interface SocketMount {
  /** Without a slash at the end; `''` for the root. */
  readonly prefix: string;
  /** Whether it is that of Rocket.Chat's own widget. */
  readonly isWidget: boolean;
}

/** Where sockets are below each of the prefixes: the second path is that of SockJS, for older clients. */
const socketPaths = ['/websocket', '/sockjs/websocket'];

/** The sockets of this process, over which clients speak DDP. */
export class Sockets {
  readonly #parts: SocketsParts;
  readonly #bounds: SocketBounds;
  readonly #server: WebSocketServer;
  readonly #open = new Set<OpenSocket>();
  readonly #byNetwork = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #isStopping = false;

  constructor(parts: SocketsParts) {
    this.#parts = parts;
    this.#bounds = { ...defaultBounds, ...parts.bounds };
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: this.#bounds.frameBytes,
      // It would cost each socket more memory than everything else.
      perMessageDeflate: false,
      // All that is read of a socket at a time, tens of thousands of messages, would be handled before anybody else's.
      allowSynchronousEvents: false,
    });
    this.#timer = setInterval(() => this.#look(), this.#bounds.lookEveryMs).unref();
  }

  /** Takes the upgrades of an HTTP server's requests. */
  attach(server: Server, mounts: readonly SocketMount[]): void {
    const paths = new Map(
      mounts.flatMap((mount) => socketPaths.map((path) => [`${mount.prefix}${path}`, mount] as const)),
    );
    server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (req.headers.upgrade?.toLowerCase() !== 'websocket') serveAsPlainRequest(server, req, socket, head);
      else this.#upgrade(paths, req, socket, head);
    });
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Closes all sockets, so that their clients connect to another instance, and accepts no more. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    const closing = [...this.#open].map(({ socket }) => {
      socket.close(closeCodes.goingAway, 'the service stops');
      return new Promise<void>((resolve) => socket.once('close', () => resolve()));
    });
    const cutOff = setTimeout(() => {
      for (const { socket } of this.#open) socket.terminate();
    }, this.#bounds.goodbyeMs);
    await Promise.all(closing);
    clearTimeout(cutOff);
    await this.#parts.stop();
  }

  #upgrade(
    paths: ReadonlyMap<string, SocketMount>,
    req: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void {
    const address = clientAddress(req, this.#parts.forwardedCount);
    const mount = paths.get(req.url?.split('?', 1)[0] ?? '');
    const refusal = this.#refusalOf(req, networkOf(address));
    if (mount === undefined) refuse(socket, '404 Not Found');
    else if (refusal) refuse(socket, refusal);
    else
      this.#server.handleUpgrade(req, socket, head, (opened) => this.#add(opened, address, mount.isWidget));
  }

  /** The status line of the answer to somebody who gets no socket. */
  #refusalOf(req: IncomingMessage, network: string): string | undefined {
    const { origin, host } = req.headers;
    if (this.#isStopping || this.#open.size >= this.#bounds.sockets) return '503 Service Unavailable';
    if (origin !== undefined && !isOwnOrigin(origin, host) && !this.#parts.isAllowedOrigin(origin))
      return '403 Forbidden';
    const most = this.#parts.socketsPerAddress();
    if (most !== undefined && (this.#byNetwork.get(network) ?? 0) >= most) return '429 Too Many Requests';
    return undefined;
  }

  #add(socket: WebSocket, address: string, isWidget: boolean): void {
    const { accept, countRequest, newId } = this.#parts;
    const network = networkOf(address);
    const now = performance.now();
    const sink = this.#sinkOf(socket);
    const session = new Session({
      id: newId(),
      address,
      network,
      isWidget,
      sink,
      accept,
      countRequest: () => countRequest(network),
    });
    const open: OpenSocket = { socket, session, openedAt: now, heardAt: now, isAsked: false };
    this.#open.add(open);
    this.#count(network, 1);
    socket.on('message', (data, isBinary) => this.#receive(open, data, isBinary));
    // What ws refuses (a frame that is too large, or no frame at all) it closes itself, and takes what else comes.
    socket.on('error', () => setTimeout(() => socket.terminate(), this.#bounds.goodbyeMs).unref());
    socket.once('close', () => {
      this.#open.delete(open);
      this.#count(network, -1);
      session.close();
    });
  }

  #receive(open: OpenSocket, data: RawData, isBinary: boolean): void {
    open.heardAt = performance.now();
    open.isAsked = false;
    if (isBinary) open.socket.close(closeCodes.unsupportedData, 'messages are text');
    else if (open.socket.readyState === open.socket.OPEN) open.session.receive(String(data));
  }

  #sinkOf(socket: WebSocket): FrameSink {
    return {
      send: (text) => {
        if (socket.readyState !== socket.OPEN) return;
        // Its client would take the goodbye no faster than the rest.
        if (socket.bufferedAmount + text.length > this.#bounds.waitingBytes) socket.terminate();
        else socket.send(text);
      },
      close: (code, reason) => socket.close(code, reason),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
    };
  }

  /** Looks for sockets whose clients have fallen silent. */
  #look(): void {
    const { connectMs, quietMs, goneMs } = this.#bounds;
    const now = performance.now();
    let mayAsk = this.#mostAskedAtOnce;
    for (const open of this.#open) {
      const { socket, session, openedAt, heardAt } = open;
      if (!session.isConnected && now - openedAt > connectMs) socket.terminate();
      else if (now - heardAt > goneMs) socket.terminate();
      else if (now - heardAt > quietMs && !open.isAsked && mayAsk > 0) {
        mayAsk -= 1;
        open.isAsked = true;
        session.ping();
      }
    }
  }

  /**
   * Those who came at the same moment, as after a restart, fall silent at the same moment: if all were asked together,
   * and answered, that would hold up everyone else. So many at a look that even the last one has half the time to answer.
   */
  get #mostAskedAtOnce(): number {
    const { quietMs, goneMs, lookEveryMs } = this.#bounds;
    return Math.ceil((this.#open.size * lookEveryMs) / ((goneMs - quietMs) / 2));
  }

  #count(network: string, change: 1 | -1): void {
    const sockets = (this.#byNetwork.get(network) ?? 0) + change;
    if (sockets > 0) this.#byNetwork.set(network, sockets);
    else this.#byNetwork.delete(network);
  }
}

/** Whether a page comes from the host that it asks. A proxy may have taken its scheme away. */
const isOwnOrigin = (origin: string, host: string | undefined): boolean =>
  URL.canParse(origin) && new URL(origin).host === host;

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
