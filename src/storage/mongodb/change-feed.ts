import type { ChangeStreamDocument } from 'mongodb';
import type { Logger } from '../../observability/logger.ts';
import { pause } from './pause.ts';

/** What of a MongoDB collection's change stream is needed. */
export interface ChangeSource {
  watch(): AsyncIterable<ChangeStreamDocument> & { close(): Promise<void> };
}

/** Servers without change streams say so in different words: a standalone MongoDB, and what only speaks its protocol. */
const unsupportedCodes = new Set([9, 14, 59, 72, 115, 238, 40324, 40573, 50573]);
const retryMs = 5_000;

/**
 * Hands over the id of every document that changes, deletions too, until the signal says to stop. Where the server has
 * no change streams this ends at once; whatever is missed while it is away is found by date.
 */
export async function followChanges(
  source: ChangeSource,
  note: (id: string) => void,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  let stream: ReturnType<ChangeSource['watch']> | undefined;
  const close = () => void stream?.close().catch((error: unknown) => logger.debug({ err: error }, 'closing'));
  while (!signal.aborted) {
    signal.addEventListener('abort', close, { once: true });
    try {
      stream = source.watch();
      for await (const change of stream) if ('documentKey' in change) note(String(change.documentKey._id));
    } catch (error) {
      if (signal.aborted) return;
      if (isUnsupported(error)) {
        logger.debug('this database has no change streams; changes are found by looking');
        return;
      }
      logger.debug({ err: error }, 'a change stream broke off');
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
    await pause(retryMs, signal);
  }
}

const isUnsupported = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && unsupportedCodes.has(Number(error.code));
