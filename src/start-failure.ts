import { ConfigError } from './config/config.ts';
import { StartError } from './start-error.ts';
import { startAdvice } from './storage/mongodb/start-advice.ts';

const isErrno = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'code' in error;

/** Why the service cannot start; in one sentence where the operator can do something about it. */
export function startFailure(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartError)
    return `Foyer cannot start: ${error.message}`;
  if (isErrno(error)) {
    if (error.code === 'EADDRINUSE') return 'Foyer cannot start: its PORT is in use by another process.';
    if (error.code === 'EACCES') return 'Foyer cannot start: it may not listen on its PORT.';
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `Foyer cannot start: ${startAdvice(error) ?? stack}`;
}
