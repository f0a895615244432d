import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { Logger } from '../../observability/logger.ts';
import { pause } from '../mongodb/pause.ts';
import { visitorCollection } from '../visitors/visitors.ts';
import { type BackfillStateStore, createBackfillState } from './backfill-state.ts';
import {
  ensureRegistered,
  type RegisteredVisitor,
  type RegisteredVisitorParts,
  registeredVisitor,
} from './registered-visitors.ts';

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
  const holder = ids.hexId();
  while (!signal.aborted) {
    try {
      const claimed = await state.claim(holder, clock());
      if (claimed === 'done') return;
      if (claimed && (await backfillFrom(claimed.cursor, { ...parts, state, holder }, signal))) return;
    } catch (error) {
      logger.warn({ err: error }, 'visitors could not be given public ids; this is tried again');
    }
    await pause(retryMs, signal);
  }
}

interface Holding extends BackfillParts {
  readonly state: BackfillStateStore;
  readonly holder: string;
}

/**
 * Gives ids to those behind the cursor, until all have some, another instance is at it, or the signal aborts.
 * @returns whether all have some.
 */
async function backfillFrom(cursor: string, parts: Holding, signal: AbortSignal): Promise<boolean> {
  const { db, clock, logger, state, holder } = parts;
  const visitors = db.collection<Visitor>(visitorCollection);
  const tell = progressTeller(visitors, logger);
  for await (const { found, last } of readAll(visitors, cursor)) {
    const registered = found.flatMap(registeredVisitor);
    await ensureRegistered(parts, registered);
    await forgetDeleted(parts, visitors, registered);
    const progress = { cursor: last ?? cursor, isDone: last === undefined };
    const isHeld = await state.advance(holder, clock(), progress);
    await tell(last);
    if (!isHeld || signal.aborted) return false;
  }
  return true;
}

/** Who was deleted after they were read gets no ids: the deletion looks once more when they are disabled. */
async function forgetDeleted(
  { collections }: BackfillParts,
  visitors: Collection<Visitor>,
  given: readonly RegisteredVisitor[],
): Promise<void> {
  const [first, last] = [given[0], given.at(-1)];
  if (!first || !last) return;
  const range = { _id: { $gte: first.visitorId, $lte: last.visitorId }, disabled: true };
  const disabled = await visitors.find(range, { projection: { _id: 1 } }).toArray();
  const areDisabled = new Set(disabled.map(({ _id }) => _id));
  const gone = given.flatMap(({ visitorId }) => (areDisabled.has(visitorId) ? visitorId : []));
  if (gone.length > 0) await collections.visitors.deleteMany({ visitorId: { $in: gone } });
}

/** Some visitors in the order of their `_id`s, and the last of them if there may be more. */
interface Batch {
  readonly found: readonly Visitor[];
  readonly last: string | undefined;
}

/** All visitors behind the cursor. The next ones are being read while something is done with those before them. */
async function* readAll(visitors: Collection<Visitor>, cursor: string): AsyncGenerator<Batch> {
  let next: Promise<Batch> | undefined = readAfter(visitors, cursor);
  while (next !== undefined) {
    const batch: Batch = await next;
    next = batch.last === undefined ? undefined : readAfter(visitors, batch.last);
    // It fails whoever waits for it, if anybody does.
    next?.catch(() => undefined);
    yield batch;
  }
}

async function readAfter(visitors: Collection<Visitor>, cursor: string): Promise<Batch> {
  const found = await visitors
    .find({ _id: { $gt: cursor } }, { projection: { token: 1, ts: 1, disabled: 1 } })
    .sort({ _id: 1 })
    .limit(batchSize)
    .toArray();
  return { found, last: found.length < batchSize ? undefined : found.at(-1)?._id };
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
