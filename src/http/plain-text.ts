import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Dialect } from './dialect.ts';
import type { Failure } from './failure.ts';

/** Answers outside all dialects: a status and its name. */
export const plainText: Pick<Dialect<never>, 'sendFailure'> = {
  sendFailure(failure, { res }) {
    const status = statusOf(failure);
    if (failure.kind === 'rate-limited') res.setHeader('Retry-After', failure.quota.waitSeconds);
    sendStatus(res, status);
  },
};

/** Answers with a status and its name. */
export function sendStatus(res: ServerResponse, status: number): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  res.end(`${status} ${STATUS_CODES[status]}`);
}

function statusOf(failure: Failure): number {
  switch (failure.kind) {
    case 'unknown-path':
      return 404;
    case 'unreadable':
      return failure.status;
    case 'outage':
      return 503;
    case 'rate-limited':
      return 429;
    case 'refused':
    case 'unsuitable-document':
      return 400;
    case 'crash':
      return 500;
  }
}
