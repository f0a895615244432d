import type { User } from '../../../domain/accounts/user.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Asking, RoomViewer } from '../../../domain/rooms/room-viewer.ts';
import type {
  Connection,
  ConnectionHandler,
  MethodOutcome,
  Refusal,
} from '../../../realtime/ddp/connection.ts';
import { MethodError, type MethodSocket } from '../methods/method.ts';
import { refusal, refusedCall } from '../methods/refused-call.ts';
import type { CallMethod } from '../methods/registry.ts';
import { isPlainObject } from '../validation/plain-object.ts';
import type { Rooms } from './rooms.ts';
import type { Stream, StreamClient } from './stream.ts';

export interface SocketClientParts {
  readonly callMethod: CallMethod;
  readonly streams: ReadonlyMap<string, Stream>;
  readonly rooms: Rooms;
  /**
   * Runs what a client asks for.
   * @returns undefined if that failed by a fault of the service, which is logged.
   * @throws {AppError} or {MethodError} for a refusal, or if the database is unavailable.
   */
  readonly guard: <T>(work: () => Promise<T>) => Promise<T | undefined>;
}

const longestEventName = 512;
const longestToken = 1_024;
const internalError = refusal(500, 'Internal server error');

/** A client on a socket: who they are, and what they have subscribed to. */
export class SocketClient implements ConnectionHandler, MethodSocket, StreamClient {
  readonly connection: Connection;
  readonly #parts: SocketClientParts;
  readonly #subscriptions = new Map<string, () => void>();
  #user: User | undefined;
  #visitorToken: string | undefined;
  #isClosed = false;

  constructor(connection: Connection, parts: SocketClientParts) {
    this.connection = connection;
    this.#parts = parts;
  }

  get user(): User | undefined {
    return this.#user;
  }

  becomeVisitor(token: string): void {
    this.#visitorToken = token;
  }

  askingWith(visitorToken: string | undefined): Asking {
    const token = visitorToken ?? (this.#user ? undefined : this.#visitorToken);
    if (token !== undefined) return { kind: 'visitor', token };
    if (this.#user === undefined) throw new AppError('not-allowed');
    return { kind: 'user', user: this.#user };
  }

  viewerOf(rid: string, visitorToken: string | undefined): Promise<RoomViewer> {
    return this.#parts.rooms.viewerOf(this, rid, this.askingWith(visitorToken));
  }

  async call(method: string, params: readonly unknown[]): Promise<MethodOutcome> {
    const { callMethod, guard } = this.#parts;
    const caller = { user: this.#user, socket: this };
    return (await guard(() => callMethod({ method, params }, caller))) ?? { error: internalError };
  }

  async subscribe(id: string, name: string, params: readonly unknown[]): Promise<Refusal | undefined> {
    try {
      const stop = await this.#parts.guard(() => this.#open(id, name, params));
      if (stop === undefined) return internalError;
      if (this.#isClosed) stop();
      else this.#subscriptions.set(id, stop);
      return undefined;
    } catch (error) {
      return refusedCall(name, error);
    }
  }

  unsubscribe(id: string): void {
    this.#subscriptions.get(id)?.();
    this.#subscriptions.delete(id);
  }

  revoke(id: string): void {
    this.unsubscribe(id);
    this.connection.endSubscription(id, notAllowed);
  }

  closed(): void {
    this.#isClosed = true;
    for (const stop of this.#subscriptions.values()) stop();
    this.#subscriptions.clear();
  }

  async #open(id: string, name: string, [eventName, options]: readonly unknown[]): Promise<() => void> {
    const stream = this.#parts.streams.get(name);
    if (stream === undefined) throw new MethodError(404, `Subscription '${name}' not found`);
    if (typeof eventName !== 'string' || eventName === '' || eventName.length > longestEventName)
      throw new MethodError('invalid-event-name');
    return stream.open({ client: this, id, eventName, visitorToken: tokenIn(options) });
  }
}

const notAllowed = refusal('not-allowed');

/** The visitor's token among a subscription's options: `{"args": [{"token": …, "visitorToken": …}]}`. */
function tokenIn(options: unknown): string | undefined {
  const [extra] = isPlainObject(options) && Array.isArray(options.args) ? options.args : [];
  if (!isPlainObject(extra)) return undefined;
  const token = extra.visitorToken ?? extra.token;
  if (token === undefined || token === null) return undefined;
  if (typeof token !== 'string' || token.length > longestToken) throw new AppError('not-allowed');
  return token;
}
