import type { Request } from 'express';
import type { KeyScope } from '../domain/accounts/key-scopes.ts';
import type { User } from '../domain/accounts/user.ts';
import type { CallLimit } from './rate-limit.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Who may call an endpoint: anyone, any user who is logged in, or a user with all (or any) of some permissions. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'user' }
  | { readonly kind: 'all-of' | 'any-of'; readonly permissions: readonly string[] };

/** What a handler may know about the request besides its validated input. */
export interface Caller {
  /** The user who is logged in; absent on public endpoints that are called without (valid) credentials. */
  readonly user: User | undefined;
  /** The client's address, seen past the trusted proxies. */
  readonly ip: string;
  /** What limits count the client by: its address or, of an IPv6 address, the /64 network. */
  readonly network: string;
  /**
   * Aborts when nobody is waiting for the answer any more: the client has gone, or the request was abandoned. Reads
   * should then stop; a write should be completed.
   */
  readonly signal: AbortSignal;
  /** Whether it is Rocket.Chat's own widget, which calls below a path of its own. */
  readonly isWidget: boolean;
  /** A request header, by its lower-case name. */
  header(name: string): string | undefined;
}

/**
 * Reads the request into validated input, or throws the dialect's own error about what is wrong with it. What needs no
 * promise comes without one: on Node 20, each costs about half a microsecond.
 * @param access who may call the endpoint.
 */
export type InputReader<Input> = (req: Request, access: Access) => Input | Promise<Input>;

/**
 * One operation: what it accepts, who may call it, and what it does. `operationId` is also the name of its file and
 * its name in openapi.yaml.
 */
export interface Endpoint<Input, Output> {
  readonly operationId: string;
  readonly method: Method;
  /** With parameters in Express's syntax: `/livechat/visitor/:token`. */
  readonly path: string;
  readonly access: Access;
  /** How often it may be called; `false` means without limit; if absent, the dialect decides. */
  readonly rateLimit?: CallLimit | false;
  /** Whether its answer can be long, so that an address is only sent a few of them at a time. */
  readonly takesTurns?: boolean;
  /** What a key that is limited to scopes needs, in a dialect that has such keys. */
  readonly scope?: KeyScope | 'none';
  /** Whether the handler answers with a {@link BodyReceiver}; if so, the body is not read beforehand. */
  readonly receivesBody?: true;
  readonly input: InputReader<Input>;
  /** The token of the calling visitor, for what visitors do themselves: it has a limit per visitor, too. */
  visitorToken?(input: Input): string;
  /** The e-mail address that the calling visitor says is theirs. */
  visitorEmail?(input: Input): string | undefined;
  handle(input: Input, caller: Caller): Promise<Output | BodyReceiver<Output>>;
}

/**
 * What a handler answers that takes a body of any length, as it arrives: the body has not been read, and the handler
 * bounds it.
 */
export class BodyReceiver<Output> {
  readonly receive: (req: Request) => Promise<Output>;

  constructor(receive: BodyReceiver<Output>['receive']) {
    this.receive = receive;
  }
}

/** An endpoint whose input type is hidden, so that endpoints fit in one list. */
export interface MountableEndpoint<Output>
  extends Omit<Endpoint<never, Output>, 'input' | 'visitorToken' | 'visitorEmail' | 'handle'> {
  readonly isLimitedByVisitor: boolean;
  /** Reads and validates a request, and returns it ready to be handled. */
  prepare(req: Request): PreparedRequest<Output> | Promise<PreparedRequest<Output>>;
}

/** A request whose input has been read and is valid. */
export interface PreparedRequest<Output> {
  /** Whose calls are counted, if a visitor calls. */
  readonly visitorToken: string | undefined;
  readonly visitorEmail: string | undefined;
  handle(caller: Caller): Promise<Output | BodyReceiver<Output>>;
}

/** Hides an endpoint's input type, for mounting. */
export function seal<Input, Output>(definition: Endpoint<Input, Output>): MountableEndpoint<Output> {
  const { input, visitorToken, visitorEmail, handle, ...rest } = definition;
  const prepared = (data: Input): PreparedRequest<Output> => ({
    visitorToken: visitorToken?.(data),
    visitorEmail: visitorEmail?.(data),
    handle: (caller) => handle(data, caller),
  });
  return {
    ...rest,
    isLimitedByVisitor: visitorToken !== undefined,
    prepare: (req) => {
      const data = input(req, rest.access);
      return data instanceof Promise ? data.then(prepared) : prepared(data);
    },
  };
}

/** The same endpoints, with their paths below a base path. */
export const below = <Output>(
  base: string,
  endpoints: readonly MountableEndpoint<Output>[],
): MountableEndpoint<Output>[] => endpoints.map((each) => ({ ...each, path: `${base}${each.path}` }));
