import type { Response } from 'express';
import type { Failure } from './errors.ts';

/** What an endpoint answers: the payload of the success envelope, or a body that is sent as it is. */
export type Payload = object | RawBody | WithHeaders;

/** A body without the `success` that the envelope appends: login and logout. */
export class RawBody {
  readonly body: object;

  constructor(body: object) {
    this.body = body;
  }
}

/** A payload and headers that say something about it. */
export class WithHeaders {
  readonly payload: object;
  readonly headers: Readonly<Record<string, string>>;

  constructor(payload: object, headers: Readonly<Record<string, string>>) {
    this.payload = payload;
    this.headers = headers;
  }
}

/** The payload with `success: true` as its last key. */
export function successBody(payload: Payload): object {
  if (payload instanceof RawBody) return payload.body;
  return { ...(payload instanceof WithHeaders ? payload.payload : payload), success: true };
}

/** The headers that go with a payload. */
export const headersOf = (payload: Payload): Readonly<Record<string, string>> =>
  payload instanceof WithHeaders ? payload.headers : {};

/** The failure envelope: `success`, `error`, `stack` (in TEST_MODE), `errorType`, `details`, in this order. */
export function failureBody(failure: Failure, stack?: string): object {
  const { error, errorType, details, typeFirst, legacyMessage } = failure;
  if (failure.payload) return { ...failure.payload, success: false };
  if (typeFirst) return { success: false, errorType, error };
  if (legacyMessage !== undefined)
    return { success: false, error, status: 'error', message: legacyMessage, details };
  return { success: false, error, stack, errorType, details };
}

/**
 * Sends JSON as Rocket.Chat does: the content type is exactly `application/json`, since its clients and its own
 * suite compare it, and nothing is cached.
 */
export function sendJson(res: Response, status: number, body: object): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Pragma', 'no-cache');
  res.end(JSON.stringify(body));
}
