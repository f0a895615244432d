/** A refusal in Meteor's form, its members in this order. */
export interface Refusal {
  readonly isClientSafe: true;
  readonly error: string | number;
  readonly reason: string | undefined;
  readonly details: object | undefined;
  readonly message: string;
  readonly errorType: 'Meteor.Error';
}

/** The outcome of a method: its result, which may be undefined, or a refusal. */
export type MethodOutcome = { readonly result: unknown } | { readonly error: Refusal };

/** A client's open socket, as methods and subscriptions see it. */
export interface Connection {
  /** The session's id, which the client is told. */
  readonly id: string;
  /** The client's IP address. */
  readonly address: string;
  /** What limits count the client by: its address or, of an IPv6 address, the /64 network. */
  readonly network: string;
  /** Whether it is Rocket.Chat's own widget, whose sockets are below a path of its own. */
  readonly isWidget: boolean;
  /** Sends a change of a collection: for streams, an event and its arguments. Dates are sent as EJSON. */
  publish(collection: string, eventName: string, args: readonly unknown[]): void;
  /** Sends a document that the client is to know without having subscribed to it. */
  add(collection: string, id: string, fields: Readonly<Record<string, unknown>>): void;
  /** Ends a subscription that the client did not end. */
  endSubscription(id: string, refusal: Refusal): void;
  /** Closes the socket, so that the client connects again. */
  restart(reason: string): void;
}

/** What a service offers to one connection. */
export interface ConnectionHandler {
  /** Runs a method. @throws only if that is impossible for now. */
  call(method: string, params: readonly unknown[]): Promise<MethodOutcome>;
  /**
   * Starts a subscription; undefined once it is ready.
   * @throws only if that is impossible for now.
   */
  subscribe(id: string, name: string, params: readonly unknown[]): Promise<Refusal | undefined>;
  /** Ends a subscription; an unknown one is ignored. */
  unsubscribe(id: string): void;
  /** The socket is closed; whatever belongs to it ends. */
  closed(): void;
}
