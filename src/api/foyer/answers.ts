import type { Response } from 'express';
import { AppError } from '../../domain/errors.ts';
import type { Failure } from '../../http/failure.ts';
import { sendUncached } from '../../http/send-uncached.ts';
import { sendTextStream, TextStream } from '../../http/text-stream.ts';
import type { FoyerAnswer } from './endpoint.ts';
import { EventStream, sendEventStream } from './event-stream.ts';
import { LateAnswer } from './late-answer.ts';
import { Problem, type ProblemDetails, problemDetails, statusOf } from './problem.ts';

/** Sends an answer. */
export function sendSuccess(answer: FoyerAnswer, res: Response): void | Promise<void> {
  if (answer instanceof TextStream) return sendTextStream(res, answer);
  if (answer instanceof EventStream) return sendEventStream(res, answer);
  if (answer instanceof LateAnswer) return answer.make().then((made) => sendJson(res, made));
  return sendJson(res, answer);
}

const sendJson = (res: Response, body: object): void =>
  sendUncached(res, 200, 'application/json', JSON.stringify(body));

/** Sends a failure as problem details. */
export function sendFailure(failure: Failure, res: Response): void {
  if (failure.kind === 'rate-limited') res.setHeader('Retry-After', failure.quota.waitSeconds);
  const details = detailsOf(failure);
  sendUncached(res, details.status, 'application/problem+json', JSON.stringify(details));
}

function detailsOf(failure: Failure): ProblemDetails {
  switch (failure.kind) {
    case 'refused': {
      const { error } = failure;
      if (error instanceof Problem) return error.details;
      if (!(error instanceof AppError)) return problemDetails(400, 'invalid-request');
      return problemDetails(statusOf(error.code), error.code, { detail: error.reason });
    }
    case 'rate-limited': {
      const detail = `Wait ${failure.quota.waitSeconds} seconds before the next request.`;
      return problemDetails(429, 'too-many-requests', { detail });
    }
    case 'unreadable':
      return problemDetails(failure.status, 'unreadable-request', { detail: failure.error.message });
    case 'unsuitable-document':
      return problemDetails(409, 'unsuitable-document');
    case 'unknown-path':
      return problemDetails(404, 'unknown-path');
    case 'outage':
      return problemDetails(503, 'unavailable', { detail: 'The request may be sent again.' });
    case 'crash':
      return problemDetails(500, 'internal-error');
  }
}
