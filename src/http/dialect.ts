import type { Request, RequestHandler, Response } from 'express';
import type { User } from '../domain/accounts/user.ts';
import type { CallLimit } from './call-windows.ts';
import type { MountableEndpoint } from './endpoint.ts';
import type { Failure } from './failure.ts';
import type { Quota } from './rate-limit.ts';

/** What is asked of a request before its body is read: who calls, whether they may, and how often. */
export type Check = 'authenticate' | 'authorize' | 'limit';

/** How often an endpoint may be called. */
export interface CallLimits {
  /** From one address; counted before the body is read. */
  readonly byAddress?: CallLimit;
  /** By one visitor from one address; counted once the input, which names the visitor, is read. */
  readonly byVisitor?: CallLimit;
}

/** What a limit or a permission is looked up for. */
export type EndpointFacts = Omit<MountableEndpoint<unknown>, 'prepare'>;

/** A request on its way and the answer to it. */
export interface Exchange {
  readonly req: Request;
  readonly res: Response;
  /** Absent where no endpoint was found. */
  readonly operationId: string | undefined;
}

/**
 * One API as its clients know it. `http/` serves the endpoints of every dialect in one way (`serve.ts`); what differs
 * is said here. A dialect is a folder in `src/api/` that exports one of these.
 */
export interface Dialect<Output> {
  /** Paths below which everything is the dialect's, also what it does not know. */
  readonly owns: readonly string[];
  /** With whole paths, in the order in which they are tried. */
  readonly endpoints: readonly MountableEndpoint<Output>[];
  /** What every request meets first, found or not: CORS, for instance. */
  readonly first?: RequestHandler;
  /** In the order in which the dialect's clients see them fail. */
  readonly checks: readonly Check[];
  /** The user who calls. @throws {DialectError} where there is none and the endpoint needs one. */
  authenticate(req: Request, endpoint: EndpointFacts): Promise<User | undefined>;
  /** @throws {DialectError} where the user may not call the endpoint. */
  authorize(endpoint: EndpointFacts, user: User | undefined): void;
  /** @param user who calls, where that is asked before. */
  limitsOf(endpoint: EndpointFacts, user: User | undefined): CallLimits;
  /** Says in the headers what is left of the limit; of several the tightest. */
  showQuota?(quota: Quota, res: Response): void;
  sendSuccess(output: Output, exchange: Exchange): void;
  sendFailure(failure: Failure, exchange: Exchange): void;
}
