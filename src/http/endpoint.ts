import type { Request } from 'express';
import type { User } from '../domain/accounts/user.ts';
import type { CallLimit } from './call-windows.ts';

export type Method = 'get' | 'post' | 'put' | 'delete';

/** Who may call an endpoint: anyone, any user who is logged in, or a user with all of (or any of) some permissions. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'user' }
  | { readonly kind: 'all-of' | 'any-of'; readonly permissions: readonly string[] };

/** What a handler may know of the request besides its validated input. */
export interface Caller {
  /** The user who is logged in; absent on public endpoints called without (valid) credentials. */
  readonly user: User | undefined;
  /** The client's address, behind the trusted proxies. */
  readonly ip: string;
  /**
   * Aborted once nobody waits for the answer any more: the client has gone, or the request was given up. What only
   * reads stops by it; a write goes on to its end.
   */
  readonly signal: AbortSignal;
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
  /** With Express' parameters: `/livechat/visitor/:token`. */
  readonly path: string;
  readonly access: Access;
  /** How often it may be called; `false`: as often as one likes; absent: as the dialect has it. */
  readonly rateLimit?: CallLimit | false;
  readonly input: InputReader<Input>;
  /** The token of the visitor who calls, where each visitor is limited instead of each address. */
  visitorToken?(input: Input): string;
  handle(input: Input, caller: Caller): Promise<Output>;
}

/** An endpoint whose input type is sealed, for lists of endpoints. */
export interface MountableEndpoint<Output>
  extends Omit<Endpoint<never, Output>, 'input' | 'visitorToken' | 'handle'> {
  readonly isLimitedByVisitor: boolean;
  /** Reads and validates one request, and gives what will handle it. */
  prepare(req: Request): Promise<PreparedRequest<Output>>;
}

/** A request whose input is read and found valid. */
export interface PreparedRequest<Output> {
  /** Whose calls are counted, where each visitor is limited. */
  readonly visitorToken: string | undefined;
  handle(caller: Caller): Promise<Output>;
}

/** Seals an endpoint for mounting. */
export function seal<Input, Output>(definition: Endpoint<Input, Output>): MountableEndpoint<Output> {
  const { input, visitorToken, handle, ...rest } = definition;
  return {
    ...rest,
    isLimitedByVisitor: visitorToken !== undefined,
    prepare: async (req) => {
      const data = await input(req);
      return { visitorToken: visitorToken?.(data), handle: (caller) => handle(data, caller) };
    },
  };
}

/** The same endpoints below a path. */
export const below = <Output>(
  base: string,
  endpoints: readonly MountableEndpoint<Output>[],
): MountableEndpoint<Output>[] => endpoints.map((each) => ({ ...each, path: `${base}${each.path}` }));
