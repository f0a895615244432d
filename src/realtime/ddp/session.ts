import type { BadFrame, ClientMessage, ClientRequest } from './client-message.ts';
import { readClientMessage } from './client-message.ts';
import type { Connection, ConnectionHandler, Refusal } from './connection.ts';
import { toEjson } from './ejson.ts';

/** The sending side of a socket, and what else a session may do with it. */
export interface FrameSink {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Stops and resumes reading. */
  pause(): void;
  resume(): void;
}

/** Codes with which sockets are closed (RFC 6455). */
export const closeCodes = {
  goingAway: 1001,
  unsupportedData: 1003,
  policyViolation: 1008,
  serviceRestart: 1012,
  tryAgainLater: 1013,
} as const;

export interface SessionParts {
  readonly id: string;
  readonly address: string;
  readonly network: string;
  readonly isWidget: boolean;
  readonly sink: FrameSink;
  /** Makes the handler of this connection. */
  readonly accept: (connection: Connection) => ConnectionHandler;
  /** Counts a request of the client's; a refusal if there are too many. */
  readonly countRequest: () => Refusal | undefined;
}

/** The versions of DDP that are spoken here, the best first. */
const versions = ['1', 'pre2', 'pre1'];
/** So many requests may wait for their turn; then nothing more is read. */
const mostWaiting = 32;
/** A client that sends so much that is no message does not speak the protocol. */
const mostBadFrames = 10;
/** A widget needs six, an agent's client six for each room that is open. */
const mostSubscriptions = 500;

const refused = (error: string | number, reason: string): Refusal => ({
  isClientSafe: true,
  error,
  reason,
  details: undefined,
  message: `${reason} [${error}]`,
  errorType: 'Meteor.Error',
});

/** What is said while the database is unavailable. */
const unavailable = refused(503, 'The service is unavailable');

/**
 * One client's conversation in DDP, Meteor's protocol: it connects, calls methods, and subscribes. Requests are
 * answered one after the other, pings at once.
 */
export class Session implements Connection {
  readonly id: string;
  readonly address: string;
  readonly network: string;
  readonly isWidget: boolean;
  readonly #parts: SessionParts;
  readonly #handler: ConnectionHandler;
  readonly #subscriptions = new Set<string>();
  readonly #waiting: ClientRequest[] = [];
  #isConnected = false;
  #isWorking = false;
  #isClosed = false;
  #badFrames = 0;

  constructor(parts: SessionParts) {
    this.id = parts.id;
    this.address = parts.address;
    this.network = parts.network;
    this.isWidget = parts.isWidget;
    this.#parts = parts;
    this.#handler = parts.accept(this);
  }

  /** Whether the client has agreed on a version of the protocol. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Takes a text frame. */
  receive(text: string): void {
    const message = readClientMessage(text);
    if ('reason' in message) this.#complain(message, text);
    else this.#take(message, text);
  }

  publish(collection: string, eventName: string, args: readonly unknown[]): void {
    this.#send({ msg: 'changed', collection, id: 'id', fields: { eventName, args: toEjson(args) } });
  }

  add(collection: string, id: string, fields: Readonly<Record<string, unknown>>): void {
    this.#send({ msg: 'added', collection, id, fields: toEjson(fields) });
  }

  endSubscription(id: string, error: Refusal): void {
    if (this.#subscriptions.delete(id)) this.#send({ msg: 'nosub', id, error });
  }

  restart(reason: string): void {
    this.#parts.sink.close(closeCodes.serviceRestart, reason);
  }

  /** Asks the client whether it is still there. */
  ping(): void {
    this.#send({ msg: 'ping' });
  }

  /** The socket is closed. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.#handler.closed();
  }

  #take(message: ClientMessage, text: string): void {
    if (message.msg === 'connect') this.#connect(message, text);
    else if (!this.#isConnected) this.#complain({ reason: 'Must connect first' }, text);
    else if (message.msg === 'ping') this.#send({ msg: 'pong', id: message.id });
    else if (message.msg !== 'pong') this.#enqueue(message);
  }

  #connect({ version, support }: Extract<ClientMessage, { msg: 'connect' }>, text: string): void {
    if (this.#isConnected) {
      this.#complain({ reason: 'Already connected' }, text);
    } else if (versions.includes(version)) {
      this.#isConnected = true;
      this.#send({ msg: 'connected', session: this.id });
    } else {
      this.#send({ msg: 'failed', version: versions.find((each) => support.includes(each)) ?? versions[0] });
      this.#parts.sink.close(closeCodes.policyViolation, 'unknown version of DDP');
    }
  }

  #complain({ reason }: BadFrame, text: string): void {
    this.#badFrames += 1;
    this.#send({ msg: 'error', reason, offendingMessage: text.slice(0, 256) });
    if (this.#badFrames >= mostBadFrames)
      this.#parts.sink.close(closeCodes.policyViolation, 'too many bad messages');
  }

  #enqueue(request: ClientRequest): void {
    this.#waiting.push(request);
    if (this.#waiting.length >= mostWaiting) this.#parts.sink.pause();
    if (!this.#isWorking) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (this.#waiting.length === mostWaiting - 1) this.#parts.sink.resume();
      await this.#answer(next);
    }
    this.#isWorking = false;
  }

  async #answer(request: ClientRequest): Promise<void> {
    if (request.msg === 'unsub') {
      this.#subscriptions.delete(request.id);
      this.#handler.unsubscribe(request.id);
      this.#send({ msg: 'nosub', id: request.id });
    } else if (request.msg === 'sub') await this.#subscribe(request);
    else await this.#call(request);
  }

  async #call({ id, method, params }: Extract<ClientRequest, { msg: 'method' }>): Promise<void> {
    const tooMany = this.#parts.countRequest();
    const outcome = tooMany
      ? { error: tooMany }
      : await this.#handler.call(method, params).catch(() => ({ error: unavailable }));
    this.#send({ msg: 'result', id, ...(toEjson(outcome) as object) });
    this.#send({ msg: 'updated', methods: [id] });
  }

  /** As in Meteor, an id that is subscribed already changes nothing. */
  async #subscribe({ id, name, params }: Extract<ClientRequest, { msg: 'sub' }>): Promise<void> {
    if (this.#subscriptions.has(id)) return;
    const refusal = this.#refusalBeforehand() ?? (await this.#start(id, name, params));
    if (refusal) this.#send({ msg: 'nosub', id, error: refusal });
    // It may have been ended in the meantime.
    else if (this.#subscriptions.has(id)) this.#send({ msg: 'ready', subs: [id] });
  }

  #refusalBeforehand(): Refusal | undefined {
    if (this.#subscriptions.size >= mostSubscriptions)
      return refused('too-many-subscriptions', `A connection has ${mostSubscriptions} subscriptions at most`);
    return this.#parts.countRequest();
  }

  /** A client whose subscription cannot be checked is sent away: when it comes back it subscribes again. */
  async #start(id: string, name: string, params: readonly unknown[]): Promise<Refusal | undefined> {
    this.#subscriptions.add(id);
    try {
      const refusal = await this.#handler.subscribe(id, name, params);
      if (refusal) this.#subscriptions.delete(id);
      return refusal;
    } catch {
      this.#parts.sink.close(closeCodes.tryAgainLater, 'the service is unavailable');
      return unavailable;
    }
  }

  #send(message: object): void {
    if (!this.#isClosed) this.#parts.sink.send(JSON.stringify(message));
  }
}
