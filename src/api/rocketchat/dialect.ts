import type { Dependencies } from '../../domain/dependencies.ts';
import type { Dialect } from '../../http/dialect.ts';
import { below } from '../../http/endpoint.ts';
import type { MalformedAnswer } from '../../http/server.ts';
import { authenticate, authorize } from './authenticate.ts';
import { cors } from './cors.ts';
import { failureBody, type Payload, sendPayload } from './envelope.ts';
import { sendFailure } from './failures.ts';
import { type LimitsDeps, limitsOf, showQuota } from './limits.ts';

export { rocketChatSockets } from './streams/sockets.ts';

import { unversionedEndpoints, versionedEndpoints } from './routes.ts';

export { type SessionBodyDeps, sessionBodyOf } from './session-body.ts';

export interface RocketChatOptions {
  /** Whether failures include stack traces, as in Rocket.Chat's TEST_MODE. */
  readonly showStacks: boolean;
}

/**
 * Rocket.Chat 8's behaviour without its endpoints: who calls (401), whether they may (403), how often (429), with
 * what (400).
 */
export const rocketChatBehaviour = (
  deps: LimitsDeps,
  { showStacks }: RocketChatOptions,
): Omit<Dialect<Payload>, 'endpoints'> => ({
  owns: ['/api'],
  first: cors(deps.settings),
  checks: ['authenticate', 'authorize', 'limit'],
  authenticate: (req, endpoint) => authenticate(deps.access, req, endpoint),
  authorize: (endpoint, user) => authorize(deps.access, endpoint, user),
  limitsOf: (endpoint, user) => limitsOf(deps, endpoint, user),
  showQuota,
  sendSuccess: (payload, { res }) => sendPayload(res, payload),
  sendFailure: (failure, exchange) => sendFailure(failure, exchange, showStacks),
});

/** Rocket.Chat's API, below `/api`. */
export const rocketChat = (deps: Dependencies, options: RocketChatOptions): Dialect<Payload> => ({
  ...rocketChatBehaviour(deps, options),
  endpoints: [...below('/api/v1', versionedEndpoints(deps)), ...below('/api', unversionedEndpoints(deps))],
});

/** Malformed requests belong to no dialect; they are answered in Rocket.Chat's envelope all the same. */
export const malformedAnswer: MalformedAnswer = {
  contentType: 'application/json',
  bodyOf: (sentence) => JSON.stringify(failureBody({ status: 400, error: sentence })),
};
