import type { Collection } from 'mongodb';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { Logger } from '../../observability/logger.ts';
import { pause } from '../mongodb/pause.ts';
import type { Follower } from './follower.ts';
import type { SearchTiming } from './search-timing.ts';
import type { RowRules } from './table/visitor-row.ts';
import type { TableFeed } from './table-feed.ts';

export interface BackgroundParts {
  readonly visitors: Collection<Visitor>;
  readonly readRules: () => Promise<RowRules>;
  readonly feed: TableFeed;
  readonly follower: Follower;
  readonly time: SearchTiming;
  readonly logger: Logger;
  readonly visitorsSearchable: (count: number) => void;
}

const progressMs = 10_000;
const comparedAtATime = 500;

/** Fills the table, follows what others write, and slowly compares everything, until the signal aborts. */
export function runBackground(parts: BackgroundParts, signal: AbortSignal): Promise<void> {
  const { feed, follower, time } = parts;
  const compare = createComparison(parts);
  const work = async (): Promise<void> => {
    feed.check(await parts.readRules());
    await follower.catchUp();
    parts.visitorsSearchable(feed.table.count);
    await fill(parts, signal);
    await feed.renewRanks();
    if (!signal.aborted) await compare();
  };
  return repeat(work, time.pollMs, signal, parts.logger);
}

async function fill(
  { visitors, feed, time, logger, visitorsSearchable }: BackgroundParts,
  signal: AbortSignal,
): Promise<void> {
  if (!feed.isFilling) return;
  const startedAt = time.elapsedMs();
  let toldAt = startedAt;
  while (!signal.aborted && feed.isFilling) {
    await feed.fillNext();
    await feed.renewRanks();
    visitorsSearchable(feed.table.count);
    if (time.elapsedMs() - toldAt < progressMs) continue;
    toldAt = time.elapsedMs();
    const all = await visitors.estimatedDocumentCount();
    logger.info({ read: feed.filledCount, all }, 'visitors are being read, to be searched');
  }
  if (feed.isFilling) return;
  const seconds = Math.round((time.elapsedMs() - startedAt) / 1000);
  if (toldAt !== startedAt) logger.info({ read: feed.filledCount, seconds }, 'all visitors can be searched');
}

/**
 * Makes a comparison of some visitors at a time with the table: it finds in the end what left no trace in `_updatedAt`,
 * and who is gone.
 */
function createComparison({ feed, time }: BackgroundParts): () => Promise<void> {
  let comparedAt = time.elapsedMs();
  let cursor: string | undefined = '';
  let row = 0;
  return async () => {
    if (time.elapsedMs() - comparedAt < time.sweepPauseMs) return;
    comparedAt = time.elapsedMs();
    cursor = await feed.compareFrom(cursor ?? '', comparedAtATime);
    const some = feed.table.idsFrom(row, comparedAtATime);
    row = some?.next ?? 0;
    if (some) await feed.refresh(some.ids);
  };
}

/** Repeats the work. A failure is reported once, until the work succeeds again. */
async function repeat(
  work: () => Promise<void>,
  pauseMs: number,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  let isFailing = false;
  while (!signal.aborted) {
    try {
      await work();
      isFailing = false;
    } catch (error) {
      if (!isFailing && !signal.aborted) logger.warn({ err: error }, 'the search cannot follow the visitors');
      isFailing = true;
    }
    await pause(pauseMs, signal);
  }
}
