import type { Response } from 'express';
import type { RocketChatFailure } from './errors.ts';

type Members = Readonly<Record<string, unknown>>;

/** An endpoint's answer: the members of the success envelope, or one of the special cases. */
export type Payload = Members | RawBody | WithHeaders;

/** A body without the `success` that the envelope appends, as logout answers. */
export class RawBody {
  readonly body: object;

  constructor(body: object) {
    this.body = body;
  }
}

/** Members of the envelope, and headers that describe them. */
export class WithHeaders {
  readonly members: Members;
  readonly headers: Readonly<Record<string, string>>;

  constructor(members: Members, headers: Readonly<Record<string, string>>) {
    this.members = members;
    this.headers = headers;
  }
}

/** Sends a payload, with `success: true` as the last key. */
export function sendPayload(res: Response, payload: Payload): void {
  if (payload instanceof WithHeaders)
    for (const [name, value] of Object.entries(payload.headers)) res.setHeader(name, value);
  sendJson(res, 200, bodyOf(payload));
}

function bodyOf(payload: Payload): object {
  if (payload instanceof RawBody) return payload.body;
  return { ...(payload instanceof WithHeaders ? payload.members : payload), success: true };
}

/** The failure envelope: `success`, `error`, `stack` (in TEST_MODE), `errorType`, `details`, in this order. */
export function failureBody(failure: RocketChatFailure, stack?: string): object {
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
