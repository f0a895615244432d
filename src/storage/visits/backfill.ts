import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { Logger } from '../../observability/logger.ts';
import { pause } from '../mongodb/pause.ts';
import { visitorCollection } from '../visitors/visitors.ts';
import { createBackfillState } from './backfill-state.ts';
import { ensureRegistered, type RegisteredVisitorParts, registeredVisitor } from './registered-visitors.ts';

export interface BackfillParts extends RegisteredVisitorParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly logger: Logger;
}

const batchSize = 1_000;
/** How often to look whether an instance that was at it has died, and how long to wait after a failure. */
const retryMs = 10_000;
/** How often the log says how far it is. */
const tellMs = 10_000;

/**
 * Gives public ids to everyone whom a Rocket.Chat registered before Foyer came, in the order of their `_id`s. Whatever
 * instance goes on after a restart begins where the last one got.
 */
export async function backfill(parts: BackfillParts, signal: AbortSignal): Promise<void> {
  const { db, clock, ids, logger } = parts;
  const state = createBackfillState(db);
  const visitors = db.collection<Visitor>(visitorCollection);
  const holder = ids.hexId();
  const tell = progressTeller(visitors, logger);
  while (!signal.aborted) {
    try {
      const claimed = await state.claim(holder, clock());
      if (claimed === 'done') return;
      if (claimed) {
        const last = await backfillNext(parts, visitors, claimed.cursor);
        await state.advance(holder, last ?? claimed.cursor, last === undefined);
        await tell(last);
        continue;
      }
    } catch (error) {
      logger.warn({ err: error }, 'visitors could not be given public ids; this is tried again');
    }
    await pause(retryMs, signal);
  }
}

/** @returns the last visitor who was given ids; undefined at the end. */
async function backfillNext(
  parts: RegisteredVisitorParts,
  visitors: Collection<Visitor>,
  cursor: string,
): Promise<string | undefined> {
  const found = await visitors
    .find({ _id: { $gt: cursor } }, { projection: { token: 1, ts: 1, disabled: 1 } })
    .sort({ _id: 1 })
    .limit(batchSize)
    .toArray();
  await ensureRegistered(parts, found.flatMap(registeredVisitor));
  return found.length < batchSize ? undefined : found.at(-1)?._id;
}

/** Says now and then how many visitors have ids. */
function progressTeller(visitors: Collection<Visitor>, logger: Logger) {
  let done = 0;
  let toldAt = performance.now();
  return async (last: string | undefined): Promise<void> => {
    done += batchSize;
    if (last === undefined) {
      logger.info('every visitor has public ids');
    } else if (performance.now() - toldAt >= tellMs) {
      toldAt = performance.now();
      logger.info(
        { done, of: await visitors.estimatedDocumentCount() },
        'visitors are being given public ids',
      );
    }
  };
}
