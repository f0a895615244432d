import type { User } from '../../../domain/accounts/user.ts';
import type { Asking } from '../../../domain/rooms/room-viewer.ts';
import type { Connection } from '../../../realtime/ddp/connection.ts';

/** A client on a socket, as streams see it. */
export interface StreamClient {
  readonly connection: Pick<Connection, 'isWidget' | 'publish' | 'restart'>;
  /** The user who is logged in. */
  readonly user: User | undefined;
  /**
   * In whose name the client asks: the visitor's with the token, or the user's who is logged in, or the visitor's whose
   * socket it is.
   * @throws {AppError} `not-allowed` for nobody, `banned`.
   */
  askingWith(visitorToken: string | undefined): Asking;
  /** Whether the visitor with the token, or whoever has the client's address, is banned. */
  isBanned(visitorToken: string): boolean;
  /** Ends a subscription that the client may not have any more, and tells the client. */
  revoke(subscriptionId: string): void;
}

/** A subscription that a client asks for. */
export interface StreamRequest {
  readonly client: StreamClient;
  /** The subscription's id, the client's own. */
  readonly id: string;
  /** Which of the stream's events. */
  readonly eventName: string;
  /** The token of the visitor who asks, if the client names it. */
  readonly visitorToken: string | undefined;
}

/** A subscription that a client has. */
export interface OpenSubscription {
  stop(): void;
  /** Whether the user who is logged in may have it; absent if that does not depend on users. */
  readonly isStillAllowed?: () => boolean | Promise<boolean>;
}

/** One of Rocket.Chat's streams: events that clients subscribe to by name. */
export interface Stream {
  readonly name: string;
  /**
   * Starts a subscription.
   * @throws {AppError} or {MethodError} if the client may not have it.
   */
  open(request: StreamRequest): Promise<OpenSubscription>;
}
