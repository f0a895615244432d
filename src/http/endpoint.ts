import type { Request } from 'express';
import type { User } from '../domain/accounts/user.ts';

export type Method = 'get' | 'post' | 'put' | 'delete';

/** Who may call an endpoint: anyone, any user who is logged in, or a user with all of (or any of) some permissions. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'user' }
  | { readonly kind: 'all-of' | 'any-of'; readonly permissions: readonly string[] };

/** How often one address may call an endpoint; settings of Rocket.Chat decide where none is given. */
export interface RateLimit {
  readonly calls: number;
  readonly perMs: number;
}

/** What a handler may know of the request besides its validated input. */
export interface Caller {
  /** The user who is logged in; absent on public endpoints called without (valid) credentials. */
  readonly user: User | undefined;
  /** The client's address, behind the trusted proxies. */
  readonly ip: string;
  /** A request header, by its lower-case name. */
  header(name: string): string | undefined;
}

/** Reads the request into validated input, or throws the dialect's own error for what is wrong with it. */
export type InputReader<Input> = (req: Request) => Promise<Input>;

/**
 * One operation: what it accepts, who may call it, and what it does. `operationId` is its file's name
 * and its name in openapi.yaml.
 */
export interface Endpoint<Input, Output> {
  readonly operationId: string;
  readonly method: Method;
  /** Below the dialect's base path, with Express' parameters: `/livechat/visitor/:token`. */
  readonly path: string;
  readonly access: Access;
  /**
   * `false`: never limited. `'visitor'`: the visitors' own limit, for the input's `token` and the address.
   * Absent: the default of the settings.
   */
  readonly rateLimit?: RateLimit | 'visitor' | false;
  readonly input: InputReader<Input>;
  handle(input: Input, caller: Caller): Promise<Output>;
}

/** An endpoint whose input type is sealed, for lists of endpoints. */
export interface MountableEndpoint<Output> extends Omit<Endpoint<never, Output>, 'input' | 'handle'> {
  /** Reads and validates one request, and gives what will handle it. */
  prepare(req: Request): Promise<PreparedRequest<Output>>;
}

/** A request whose input is read and found valid. */
export interface PreparedRequest<Output> {
  /** The visitor's token among the input, if the endpoint has a limit for each visitor. */
  readonly visitorToken: string | undefined;
  handle(caller: Caller): Promise<Output>;
}

/** Seals an endpoint for mounting. */
export function endpoint<Input, Output>(definition: Endpoint<Input, Output>): MountableEndpoint<Output> {
  const { input, handle, ...rest } = definition;
  return {
    ...rest,
    prepare: async (req) => {
      const data = await input(req);
      return { visitorToken: tokenIn(data), handle: (caller) => handle(data, caller) };
    },
  };
}

function tokenIn(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('token' in input)) return undefined;
  return typeof input.token === 'string' ? input.token : undefined;
}
