import type { Request, RequestHandler, Response } from 'express';
import type { Bans, Suspect } from '../domain/bans/ban.ts';
import { AppError, type DatabaseFault, OverloadedError } from '../domain/errors.ts';
import type { Logger } from '../observability/logger.ts';
import type { BodyBudget } from './body-budget.ts';
import { RequestCaller } from './caller.ts';
import type { CallLimits, Dialect } from './dialect.ts';
import { BodyReceiver, type MountableEndpoint } from './endpoint.ts';
import { type Failure, failureOf } from './failure.ts';
import type { OutageDeadline } from './outage-deadline.ts';
import type { RateLimiter } from './rate-limit.ts';
import { readBody } from './request-body.ts';
import { RequestLimits } from './request-limits.ts';
import type { Turns } from './turns.ts';

/** What serving needs besides a dialect. */
export interface Serving {
  readonly logger: Logger;
  readonly rateLimiter: RateLimiter;
  readonly bodyBudget: BodyBudget;
  /** Who may use nothing that is open to anyone. */
  readonly bans: Bans;
  /** Whose long answers are read and sent next. */
  readonly turns: Turns;
  /** Abandons requests that wait for an unreachable database. */
  readonly withOutageDeadline: OutageDeadline;
  /** How many proxies in front are trusted. */
  readonly forwardedCount: number;
  /** Distinguishes failures of the database from faults of the service. */
  readonly databaseFaultOf: (error: unknown) => DatabaseFault | undefined;
}

/** What a body takes up that is passed on as it arrives. */
const receivingBytes = 192 * 1024;

/** One request to an endpoint. */
interface Call<Output> {
  readonly req: Request;
  readonly endpoint: MountableEndpoint<Output>;
  readonly dialect: Dialect<Output>;
  readonly serving: Serving;
  readonly caller: RequestCaller;
  readonly limits: RequestLimits;
}

/**
 * Serves an endpoint: the dialect's checks in its order, then the body, the input, the limits per visitor, and the
 * handler. A request that fails a check is answered without its body being read.
 */
export function serve<Output>(
  endpoint: MountableEndpoint<Output>,
  dialect: Dialect<Output>,
  serving: Serving,
): RequestHandler {
  return async (req, res) => {
    const { operationId } = endpoint;
    res.locals.operationId = operationId;
    const caller = new RequestCaller(req, res, serving.forwardedCount);
    const limits = new RequestLimits({ req, caller, rateLimiter: serving.rateLimiter, operationId });
    const showQuota = () => limits.tightest && dialect.showQuota?.(limits.tightest, res);
    try {
      const output = await answer({ req, endpoint, dialect, serving, caller, limits });
      showQuota();
      const sending = dialect.sendSuccess(output, { req, res, operationId });
      if (sending instanceof Promise) await sending;
    } catch (error) {
      if (caller.wasToldToStop) return;
      caller.giveUp();
      if (!res.headersSent) showQuota();
      answerError(error, req, res, dialect, serving);
    }
  };
}

async function answer<Output>(call: Call<Output>): Promise<Output> {
  const { req, endpoint, dialect, serving, caller, limits } = call;
  let allowed: CallLimits = {};
  for (const check of dialect.checks) {
    if (check === 'authenticate') caller.user = await authenticate(call);
    else if (check === 'authorize') dialect.authorize(endpoint, caller.user);
    else {
      allowed = dialect.limitsOf(endpoint, caller.user);
      limits.countCall(allowed.byAddress);
    }
  }
  refuseBanned(call, { address: caller.ip });
  const memory = serving.bodyBudget.open(caller.network);
  try {
    if (endpoint.receivesBody) memory.take(receivingBytes);
    else {
      const body = await readBody(req, memory);
      req.body = body;
      limits.countBody(body.length);
    }
    const preparing = endpoint.prepare(req);
    const prepared = preparing instanceof Promise ? await preparing : preparing;
    refuseBanned(call, { token: prepared.visitorToken, email: prepared.visitorEmail });
    if (prepared.visitorToken !== undefined) limits.countVisitor(allowed.byVisitor, prepared.visitorToken);
    // Nothing is asked of the database while somebody waits for their turn, so its silence means nothing.
    if (endpoint.takesTurns)
      await serving.turns.take(`${endpoint.operationId} ${caller.network}`, caller.signal);
    const output = await serving.withOutageDeadline(() => prepared.handle(caller));
    // A body may take longer to arrive than an answer may be waited for.
    return output instanceof BodyReceiver ? await output.receive(req) : output;
  } finally {
    memory.release();
  }
}

/** Refuses the banned what is open to anyone; whoever is logged in is not banned. */
function refuseBanned<Output>({ endpoint, caller, serving }: Call<Output>, who: Suspect): void {
  if (endpoint.access.kind !== 'public' || caller.user !== undefined) return;
  if (serving.bans.isBanned(who)) throw new AppError('banned');
}

/** The user who calls; the deadline is only set if somebody has to be looked up. */
function authenticate<Output>({ req, endpoint, dialect, serving, caller }: Call<Output>) {
  const user = dialect.authenticate(req, endpoint, caller);
  return user instanceof Promise ? serving.withOutageDeadline(() => user) : user;
}

/** Writes failures; this is all that is needed of a dialect if there is no endpoint. */
type FailureWriter = Pick<Dialect<never>, 'sendFailure'>;

/**
 * Answers an error in a dialect's words, and logs it unless it is a refusal. If an answer has begun, it is cut off,
 * so that nobody mistakes it for complete.
 */
export function answerError(
  error: unknown,
  req: Request,
  res: Response,
  dialect: FailureWriter,
  { logger, databaseFaultOf }: Pick<Serving, 'logger' | 'databaseFaultOf'>,
): void {
  const failure = failureOf(error, databaseFaultOf);
  report(failure, error, logger);
  if (res.headersSent) res.destroy();
  else dialect.sendFailure(failure, { req, res, operationId: res.locals.operationId });
}

function report({ kind }: Failure, error: unknown, logger: Logger): void {
  // As many as somebody likes to cause; the figures have them by status.
  if (error instanceof OverloadedError) logger.debug({ err: error }, 'there is too much to do at once');
  else if (kind === 'outage') logger.warn({ err: error }, 'the database is unavailable');
  if (kind === 'unsuitable-document')
    logger.warn({ err: error }, 'a stored document has another form than a change of it needs');
  if (kind === 'crash') logger.error({ err: error }, 'unexpected error');
}
