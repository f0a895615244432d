import type { Request } from 'express';
import type { Caller } from './endpoint.ts';
import { RateLimitedError } from './failure.ts';
import { type CallLimit, type Quota, type RateLimiter, tighterOf } from './rate-limit.ts';
import { announcedBytes, bodyLimitBytes } from './request-body.ts';

const minuteMs = 60_000;

/** One request, as far as its limits are concerned. */
export interface LimitedRequest {
  readonly req: Request;
  readonly operationId: string;
  readonly caller: Pick<Caller, 'network'>;
  readonly rateLimiter: RateLimiter;
}

/**
 * Counts one request against its limits, by address and by visitor, in calls and in the bytes of bodies. Each of the
 * functions that count throws a {@link RateLimitedError} if a limit is exceeded.
 */
export class RequestLimits {
  readonly #request: LimitedRequest;
  #ofAddress: CallLimit | undefined;
  #tightest: Quota | undefined;
  /** How much of the body has been counted for the address. */
  #countedBytes = 0;
  #bodyBytes = 0;

  constructor(request: LimitedRequest) {
    this.#request = request;
  }

  /** What is left of the tightest limit of calls that the request has been counted against, if there is any. */
  get tightest(): Quota | undefined {
    return this.#tightest;
  }

  /** Counts the call for the address, and the body as long as its headers say that it will be. */
  countCall(limit: CallLimit | undefined): void {
    this.#ofAddress = limit;
    if (limit === undefined) return;
    this.#count(limit, '');
    const announced = announcedBytes(this.#request.req);
    if (announced === 0) return;
    this.#countedBytes = Math.min(announced ?? 0, bodyLimitBytes);
    this.#countBytes(limit, '', this.#countedBytes);
  }

  /** Counts what the body has in addition: if it was compressed, or came in chunks. */
  countBody(bytes: number): void {
    this.#bodyBytes = bytes;
    if (this.#ofAddress && bytes > this.#countedBytes)
      this.#countBytes(this.#ofAddress, '', bytes - this.#countedBytes);
  }

  /** Counts the call and its body for the visitor at this address. */
  countVisitor(limit: CallLimit | undefined, token: string): void {
    if (limit === undefined) return;
    this.#count(limit, token);
    if (this.#bodyBytes > 0) this.#countBytes(limit, token, this.#bodyBytes);
  }

  #count({ calls, perMs }: CallLimit, token: string): void {
    const { operationId, rateLimiter } = this.#request;
    const quota = rateLimiter(`${operationId} ${this.#keyOf(token)}`, { most: calls, perMs });
    this.#tightest = tighterOf(quota, this.#tightest);
    if (quota?.isExceeded) throw new RateLimitedError(quota);
  }

  #countBytes({ bytesPerMinute: most }: CallLimit, token: string, amount: number): void {
    if (most === undefined) return;
    const limit = { most, perMs: minuteMs };
    const quota = this.#request.rateLimiter(`bytes ${this.#keyOf(token)}`, limit, amount);
    if (!quota?.isExceeded) return;
    // No call is left until bytes are.
    if (this.#tightest) this.#tightest = { ...this.#tightest, remaining: 0, resetAt: quota.resetAt };
    throw new RateLimitedError(quota);
  }

  /** Addresses contain no spaces, so nobody can choose a token that makes up somebody else's key. */
  #keyOf(token: string): string {
    return `${this.#request.caller.network} ${token}`;
  }
}
