import type { User } from '../../../domain/accounts/user.ts';
import type { Bans } from '../../../domain/bans/ban.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Asking, RoomViewer } from '../../../domain/rooms/room-viewer.ts';
import type {
  Connection,
  ConnectionHandler,
  MethodOutcome,
  Refusal,
} from '../../../realtime/ddp/connection.ts';
import { type LoggedInUser, MethodError, type MethodSocket } from '../methods/method.ts';
import { refusal, refusedCall } from '../methods/refused-call.ts';
import type { CallMethod } from '../methods/registry.ts';
import { isPlainObject } from '../validation/plain-object.ts';
import type { Rooms } from './rooms.ts';
import type { OpenSubscription, Stream, StreamClient } from './stream.ts';
import type { UserSessions } from './user-sessions.ts';

export interface SocketClientParts {
  readonly callMethod: CallMethod;
  readonly streams: ReadonlyMap<string, Stream>;
  readonly rooms: Rooms;
  readonly userSessions: UserSessions;
  readonly bans: Bans;
  /** Counts a login by password from an address; a refusal if there are too many. */
  readonly countLogin: (network: string) => Refusal | undefined;
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
const notAllowed = refusal('not-allowed');

/** A client on a socket: who they are, and what they have subscribed to. */
export class SocketClient implements ConnectionHandler, MethodSocket, StreamClient {
  readonly connection: Connection;
  readonly #parts: SocketClientParts;
  readonly #subscriptions = new Map<string, OpenSubscription>();
  #session: LoggedInUser | undefined;
  #visitorToken: string | undefined;
  #isClosed = false;

  constructor(connection: Connection, parts: SocketClientParts) {
    this.connection = connection;
    this.#parts = parts;
  }

  get user(): User | undefined {
    return this.#session?.user;
  }

  get session(): LoggedInUser | undefined {
    return this.#session;
  }

  get network(): string {
    return this.connection.network;
  }

  countLogin(): void {
    const tooMany = this.#parts.countLogin(this.network);
    if (tooMany) throw new MethodError(tooMany.error, tooMany.reason, tooMany.details);
  }

  becomeVisitor(token: string): void {
    this.#visitorToken = token;
  }

  async becomeUser(session: LoggedInUser | undefined): Promise<void> {
    const { userSessions } = this.#parts;
    userSessions.remove(this);
    this.#session = session;
    if (session && !this.#isClosed) {
      userSessions.add(this);
      const { _id, username, name } = session.user;
      this.connection.add('users', _id, { username, name });
    }
    await this.checkSubscriptions();
  }

  /** Ends what the user may not have any more, or nobody who is not logged in. */
  async checkSubscriptions(): Promise<void> {
    for (const [id, { isStillAllowed }] of this.#subscriptions)
      if (isStillAllowed && !(await isStillAllowed())) this.revoke(id);
  }

  /** The user is as they are now, with other roles for instance. */
  updateUser(user: User): void {
    if (this.#session?.user._id === user._id) this.#session = { ...this.#session, user };
  }

  askingWith(visitorToken: string | undefined): Asking {
    const token = visitorToken ?? (this.user ? undefined : this.#visitorToken);
    if (token !== undefined && this.isBanned(token)) throw new AppError('banned');
    if (token !== undefined) return { kind: 'visitor', token };
    if (this.user === undefined) throw new AppError('not-allowed');
    return { kind: 'user', user: this.user };
  }

  isBanned(token: string): boolean {
    return this.#parts.bans.isBanned({ token, address: this.connection.address });
  }

  viewerOf(rid: string, visitorToken: string | undefined): Promise<RoomViewer> {
    return this.#parts.rooms.viewerOf(this, rid, this.askingWith(visitorToken));
  }

  async call(method: string, params: readonly unknown[]): Promise<MethodOutcome> {
    const { callMethod, guard } = this.#parts;
    const caller = { user: this.user, socket: this };
    return (await guard(() => callMethod({ method, params }, caller))) ?? { error: internalError };
  }

  async subscribe(id: string, name: string, params: readonly unknown[]): Promise<Refusal | undefined> {
    try {
      const opened = await this.#parts.guard(() => this.#open(id, name, params));
      if (opened === undefined) return internalError;
      if (this.#isClosed) opened.stop();
      else this.#subscriptions.set(id, opened);
      return undefined;
    } catch (error) {
      return refusedCall(name, error);
    }
  }

  unsubscribe(id: string): void {
    this.#subscriptions.get(id)?.stop();
    this.#subscriptions.delete(id);
  }

  revoke(id: string): void {
    this.unsubscribe(id);
    this.connection.endSubscription(id, notAllowed);
  }

  closed(): void {
    this.#isClosed = true;
    this.#parts.userSessions.remove(this);
    for (const { stop } of this.#subscriptions.values()) stop();
    this.#subscriptions.clear();
  }

  async #open(id: string, name: string, params: readonly unknown[]): Promise<OpenSubscription> {
    const [eventName, options] = params;
    const stream = this.#parts.streams.get(name);
    if (stream === undefined) throw new MethodError(404, `Subscription '${name}' not found`);
    if (typeof eventName !== 'string' || eventName === '' || eventName.length > longestEventName)
      throw new MethodError('invalid-event-name');
    return stream.open({ client: this, id, eventName, visitorToken: tokenIn(options) });
  }
}

/** The visitor's token among a subscription's options: `{"args": [{"token": …, "visitorToken": …}]}`. */
function tokenIn(options: unknown): string | undefined {
  const [extra] = isPlainObject(options) && Array.isArray(options.args) ? options.args : [];
  if (!isPlainObject(extra)) return undefined;
  const token = extra.visitorToken ?? extra.token;
  if (token === undefined || token === null) return undefined;
  if (typeof token !== 'string' || token.length > longestToken) throw new AppError('not-allowed');
  return token;
}
