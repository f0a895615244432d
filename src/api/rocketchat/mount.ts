import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { AccessControl } from '../../domain/accounts/access.ts';
import type { User } from '../../domain/accounts/user.ts';
import { clientAddress } from '../../http/client-address.ts';
import type { Caller, MountableEndpoint } from '../../http/endpoint.ts';
import type { OutageDeadline } from '../../http/outage-deadline.ts';
import { headersOf, type Payload, sendJson, successBody } from './envelope.ts';
import { RocketChatError } from './errors.ts';
import type { RateLimiter } from './rate-limit.ts';

export type RocketChatEndpoint = MountableEndpoint<Payload>;

export interface MountOptions {
  readonly access: AccessControl;
  readonly rateLimiter: RateLimiter;
  /** Gives up on requests that wait for a database that is away. */
  readonly inTime: OutageDeadline;
  /** How many proxies in front are trusted. */
  readonly forwardedCount: number;
}

const mustLogIn = 'You must be logged in to do this.';
const nameless = 'Users must have a username [error-unauthorized]';
const notAllowed = 'User does not have the permissions required for this action [error-unauthorized]';

/**
 * A router of the endpoints. Each request is checked in the order of Rocket.Chat 8: who calls (401),
 * whether he may (403), how often (429), with what (400); only then it is handled.
 */
export function mountEndpoints(endpoints: readonly RocketChatEndpoint[], options: MountOptions): Router {
  const router = Router({ caseSensitive: true });
  for (const endpoint of endpoints) router[endpoint.method](endpoint.path, serve(endpoint, options));
  return router;
}

/**
 * Goes straight to the endpoints below `base` that have no path parameters; the router would look for them one
 * after the other. What it does not know, it leaves to the router.
 */
export function literalPaths(
  base: string,
  endpoints: readonly RocketChatEndpoint[],
  options: MountOptions,
): RequestHandler {
  const known = new Map<string, RequestHandler>();
  for (const endpoint of endpoints) {
    if (!/[:*{(]/.test(endpoint.path))
      known.set(`${endpoint.method.toUpperCase()} ${base}${endpoint.path}`, serve(endpoint, options));
  }
  return (req, res, next) => {
    const handler = known.get(`${req.method} ${req.path}`);
    return handler ? handler(req, res, next) : next();
  };
}

function serve(endpoint: RocketChatEndpoint, options: MountOptions): RequestHandler {
  return async (req, res) => {
    res.locals.operationId = endpoint.operationId;
    const payload = await options.inTime(() => answer(endpoint, req, res, options));
    for (const [name, value] of Object.entries(headersOf(payload))) res.setHeader(name, value);
    sendJson(res, 200, successBody(payload));
  };
}

async function answer(
  endpoint: RocketChatEndpoint,
  req: Request,
  res: Response,
  options: MountOptions,
): Promise<Payload> {
  const user = await authenticate(req, endpoint, options.access);
  const caller = callerOf(req, user, options.forwardedCount);
  authorize(endpoint, user, options.access);
  // A limit for each visitor is counted for a token, which is only known once the request is read.
  if (endpoint.rateLimit !== 'visitor') limit(endpoint, caller, undefined, res, options);
  const prepared = await endpoint.prepare(req);
  if (endpoint.rateLimit === 'visitor') limit(endpoint, caller, prepared.visitorToken, res, options);
  return prepared.handle(caller);
}

/** The user of the token headers. Public endpoints take them too, since some users are not limited in rate. */
async function authenticate(
  req: Request,
  endpoint: RocketChatEndpoint,
  access: AccessControl,
): Promise<User | undefined> {
  const userId = req.get('x-user-id');
  const token = req.get('x-auth-token');
  const user = userId && token ? await access.findUserByToken(userId, token) : null;
  if (endpoint.access.kind === 'public') return user ?? undefined;
  // Rocket.Chat lets nobody act who has not chosen his name yet.
  if (user && !user.username) throw new RocketChatError({ status: 403, error: nameless });
  if (user) return user;
  // Clients of 7.0 and older read `status` and `message`, newer ones `success` and `error`.
  throw new RocketChatError({ status: 401, error: mustLogIn, legacyMessage: mustLogIn });
}

function authorize(
  { access: needed }: RocketChatEndpoint,
  user: User | undefined,
  access: AccessControl,
): void {
  if (needed.kind === 'public' || needed.kind === 'user') return;
  const holds = (permission: string) => user !== undefined && access.hasPermission(user, permission);
  const allowed = needed.kind === 'all-of' ? needed.permissions.every(holds) : needed.permissions.some(holds);
  if (!allowed) throw new RocketChatError({ status: 403, error: notAllowed });
}

function limit(
  endpoint: RocketChatEndpoint,
  caller: Caller,
  visitorToken: string | undefined,
  res: Response,
  options: MountOptions,
): void {
  const { user } = caller;
  if (user && options.access.hasPermission(user, 'api-bypass-rate-limit')) return;
  const quota = options.rateLimiter.count(endpoint, caller.ip, visitorToken);
  // Headers cannot be set any more on an answer that was given up waiting for.
  if (!quota || res.headersSent) return;
  res.setHeader('X-RateLimit-Limit', quota.limit);
  res.setHeader('X-RateLimit-Remaining', quota.remaining);
  res.setHeader('X-RateLimit-Reset', quota.resetAt.getTime());
  if (quota.allowed) return;
  const error = `Error, too many requests. Please slow down. You must wait ${quota.waitSeconds} seconds before trying this endpoint again. [error-too-many-requests]`;
  throw new RocketChatError({ status: 429, error });
}

const callerOf = (req: Request, user: User | undefined, forwardedCount: number): Caller => ({
  user,
  ip: clientAddress(req, forwardedCount),
  header: (name) => req.get(name),
});
