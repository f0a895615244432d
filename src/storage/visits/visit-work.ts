import type { Logger } from '../../observability/logger.ts';
import { pause } from '../mongodb/pause.ts';
import { type BackfillParts, backfill } from './backfill.ts';
import { forgetOldVisits, recoverSigns, type VisitMaintenanceParts } from './visit-maintenance.ts';

/** How often to look for visits that are kept no longer. */
const forgetEveryMs = 60 * 60 * 1000;

export interface VisitWork {
  /** @param whenQuiet resolves when ids may be given to everyone, which keeps the database busy. */
  start(whenQuiet: Promise<void>): void;
  /** Ends the work after the step that it is at. */
  stop(): Promise<void>;
}

/** The work in the background: ids for everyone, what a dead process lost, and what is kept no longer. */
export function createVisitWork(parts: BackfillParts & VisitMaintenanceParts): VisitWork {
  const stopping = new AbortController();
  const { signal } = stopping;
  let work: Promise<unknown> = Promise.resolve();
  return {
    start(whenQuiet) {
      work = Promise.all([
        whenQuiet.then(() => backfill(parts, signal)),
        unlessFailing(parts.logger, () => recoverSigns(parts)),
        forgetRegularly(parts, signal),
      ]);
    },
    async stop() {
      stopping.abort();
      await work;
    },
  };
}

async function forgetRegularly(
  parts: VisitMaintenanceParts & { readonly logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await unlessFailing(parts.logger, () => forgetOldVisits(parts));
    await pause(forgetEveryMs, signal);
  }
}

async function unlessFailing(logger: Logger, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    logger.warn({ err: error }, 'visits could not be put in order');
  }
}
