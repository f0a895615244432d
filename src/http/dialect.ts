import type { Request, RequestHandler, Response } from 'express';
import type { User } from '../domain/accounts/user.ts';
import type { Caller, MountableEndpoint } from './endpoint.ts';
import type { Failure } from './failure.ts';
import type { CallLimit, Quota } from './rate-limit.ts';

/** What is checked before a request's body is read: who calls, whether they may, and how often. */
export type Check = 'authenticate' | 'authorize' | 'limit';

/** How often, and with how much, an endpoint may be called. */
export interface CallLimits {
  /** Per address; counted before the body is read. */
  readonly byAddress?: CallLimit;
  /** Per visitor and address; counted once the input, which names the visitor, has been read. */
  readonly byVisitor?: CallLimit;
}

/** The facts about an endpoint that limits and permissions are decided by. */
export type EndpointFacts = Omit<MountableEndpoint<unknown>, 'prepare'>;

/** A request and the response to it. */
export interface Exchange {
  readonly req: Request;
  readonly res: Response;
  /** Absent if no endpoint was found. */
  readonly operationId: string | undefined;
}

/**
 * One API as its clients know it. `http/` serves the endpoints of every dialect in the same way (`serve.ts`); this
 * says what is different. A dialect is a folder in `src/api/` that exports one of these.
 */
export interface Dialect<Output> {
  /** Path prefixes that belong to the dialect, including unknown paths below them. */
  readonly owns: readonly string[];
  /** With full paths, in the order in which they are matched. */
  readonly endpoints: readonly MountableEndpoint<Output>[];
  /** A handler for every request, whether its path is known or not: CORS, for instance. */
  readonly first?: RequestHandler;
  /** In the order in which the dialect's clients see them fail. */
  readonly checks: readonly Check[];
  /**
   * The user who calls.
   * @throws {DialectError} if there is none and the endpoint requires one.
   */
  authenticate(
    req: Request,
    endpoint: EndpointFacts,
    caller: Pick<Caller, 'network'>,
  ): User | undefined | Promise<User | undefined>;
  /** @throws {DialectError} if the user may not call the endpoint. */
  authorize(endpoint: EndpointFacts, user: User | undefined): void;
  /** @param user who calls, if that is checked first. */
  limitsOf(endpoint: EndpointFacts, user: User | undefined): CallLimits;
  /** Sets the headers that tell what is left of the limit; if there are several limits, of the tightest. */
  showQuota?(quota: Quota, res: Response): void;
  /** Resolves when all of the answer has been handed to the connection. */
  sendSuccess(output: Output, exchange: Exchange): void | Promise<void>;
  sendFailure(failure: Failure, exchange: Exchange): void;
}
