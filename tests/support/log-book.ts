import { Writable } from 'node:stream';
import type { Logger } from '../../src/observability/logger.ts';
import { createLogger } from '../../src/observability/logger.ts';

/** Everything logged from a level on, the most talkative one unless another is named, line by line. */
export function logBook(level: Parameters<typeof createLogger>[0] = 'trace'): {
  readonly lines: string[];
  readonly logger: Logger;
} {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, logger: createLogger(level, stream) };
}
