/** What a log line says about an error. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  /** Where it was thrown, without the message, which the first line of a stack repeats. */
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const maxCauses = 3;

/**
 * An error in a form that may be logged. Messages from MongoDB, JSON.parse and others quote values (a duplicate key,
 * a piece of a body), so everything in quotes and everything that looks like personal data is removed. Other members
 * of the error, which may contain whole commands, are left out.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error object' };
  const { code } = error as NodeJS.ErrnoException;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    message: withoutPersonalData(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(frames ? { stack: frames.join('\n') } : {}),
    ...(error.cause !== undefined && depth < maxCauses ? { cause: loggedError(error.cause, depth + 1) } : {}),
  };
}

const withoutPersonalData = (text: string): string =>
  text
    .replace(/dup key: .*$/s, 'dup key: [redacted]')
    .replace(/"(?:[^"\\]|\\.)*"?|'[^']*'?|`[^`]*`?/gs, '[redacted]')
    .replace(/[^\s@:<>()]+@[^\s@<>()]+/g, '[redacted]')
    .replace(/\+?\d(?:[ ().-]*\d){6,}/g, '[redacted]');
