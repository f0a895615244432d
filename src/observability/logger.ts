import { type DestinationStream, type LogFn, type Logger, pino } from 'pino';
import type { LogLevel } from '../config/config.ts';
import { loggedError } from './logged-error.ts';
import { currentRequestId } from './request-id.ts';

export type { Logger };

/** Keys whose values are secrets or personal data; they are redacted at the first three levels of a log line. */
const privateKeys = [
  'authToken',
  'authorization',
  'cookie',
  'email',
  'emails',
  'password',
  'phone',
  'token',
  'visitorEmails',
  'x-auth-token',
  'x-visitor-token',
];
const paths = privateKeys.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]);

/** JSON lines with secrets and personal data redacted. ERROR means that a person must act. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: nameRequest,
    serializers: { err: (error: unknown) => loggedError(error) },
    hooks: { logMethod: withOwnText },
    redact: { paths, censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}

function nameRequest(): object {
  const requestId = currentRequestId();
  return requestId === undefined ? {} : { requestId };
}

/**
 * If only an error is logged, pino would use the error's message, which may quote anything, as the line's message.
 */
function withOwnText(this: Logger, args: Parameters<LogFn>, write: LogFn): void {
  const [first, ...rest] = args as unknown[];
  if (first instanceof Error && rest.length === 0) write.call(this, { err: first }, 'an error');
  else write.apply(this, args);
}
