import { once } from 'node:events';
import { pause } from '../mongodb/pause.ts';
import { type BackfillParts, backfill } from './backfill.ts';
import { recoverSigns, type VisitMaintenanceParts, writtenAfterMs } from './visit-maintenance.ts';

export interface VisitWork {
  /** @param whenQuiet resolves when ids may be given to everyone, which keeps the database busy. */
  start(whenQuiet: Promise<unknown>): void;
  /** Ends the work after the step that it is at. */
  stop(): Promise<void>;
}

/** What is done in the background after each start: ids for everyone, and what a dead process lost. */
export function createVisitWork(parts: BackfillParts & VisitMaintenanceParts): VisitWork {
  const stopping = new AbortController();
  const { signal } = stopping;
  let work: Promise<unknown> = Promise.resolve();
  return {
    start(whenQuiet) {
      const quietOrStopped = Promise.race([whenQuiet, once(signal, 'abort')]);
      work = Promise.all([quietOrStopped.then(() => backfill(parts, signal)), recover(parts, signal)]);
    },
    async stop() {
      stopping.abort();
      await work;
    },
  };
}

/** A process that is started again at once has to wait until it can tell what its predecessor lost. */
async function recover(parts: BackfillParts & VisitMaintenanceParts, signal: AbortSignal): Promise<void> {
  await pause(writtenAfterMs, signal);
  if (signal.aborted) return;
  try {
    await recoverSigns(parts);
  } catch (error) {
    parts.logger.warn({ err: error }, 'visits that a process lost when it died could not be recovered');
  }
}
