import type { Db, Timestamp } from 'mongodb';
import type { EventSink } from '../../domain/events.ts';
import type { Logger } from '../../observability/logger.ts';
import { readChangeStream, type StreamEnd, type StreamReader } from '../mongodb/change-stream.ts';
import { pause } from '../mongodb/pause.ts';
import { isForbidden } from '../mongodb/start-advice.ts';
import { overlapMs } from '../mongodb/watermark.ts';
import { within } from '../mongodb/within.ts';
import type { Announcer } from './announcer.ts';
import { DatePasses } from './date-passes.ts';
import { createFeedPositionStore } from './feed-position.ts';
import type { FeedTiming } from './feed-timing.ts';
import { PositionKeeper } from './position-keeper.ts';

export interface ChangeFeedParts {
  readonly db: Db;
  readonly announcer: Announcer;
  readonly bus: EventSink;
  readonly time: FeedTiming;
  readonly logger: Logger;
}

export interface RunningFeed {
  /** Announces what is left, stops, and stores the position. */
  stop(): Promise<void>;
}

/** How long stopping may wait for the position to be stored. */
const lastStoreMs = 500;

/** Searching by date takes no more than this share of the time, whatever is written. */
const maxShareOfTime = 0.1;

/**
 * Follows what anyone writes to the followed collections: by a change stream, each change in the order of the
 * database, from where the last run stopped. If the server has no change streams, by `_updatedAt`.
 */
export async function startChangeFeed(parts: ChangeFeedParts): Promise<RunningFeed> {
  const { db, announcer, time, logger } = parts;
  const positions = createFeedPositionStore(db);
  const stored = await positions.find();
  const position = stored ?? { watermark: new Date(time.now().getTime() - overlapMs) };
  // From now on a crash loses nothing, however early it comes.
  if (stored === null) await positions.store(position);
  const settled = () => announcer.settled();
  const keeper = new PositionKeeper({ positions, time, settled, logger }, position);
  const feed = new ChangeFeed(parts, keeper, await findOperationTime(db));
  const stopping = new AbortController();
  const running = feed.run(stored !== null && !stored.token, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      const isAllAnnounced = await announcer.stop();
      await running;
      if (isAllAnnounced) await within(keeper.store(), lastStoreMs);
    },
  };
}

/** The current time by the clock of the database; undefined if it keeps no log of its writes. */
async function findOperationTime(db: Db): Promise<Timestamp | undefined> {
  return (await db.command({ ping: 1 })).operationTime;
}

class ChangeFeed {
  readonly #parts: ChangeFeedParts;
  readonly #keeper: PositionKeeper;
  /** Where a stream without a token begins. */
  #operationTime: Timestamp | undefined;

  constructor(parts: ChangeFeedParts, keeper: PositionKeeper, operationTime: Timestamp | undefined) {
    this.#parts = parts;
    this.#keeper = keeper;
    this.#operationTime = operationTime;
  }

  /** @param isBehind whether something was written since the last run of which no stream can tell. */
  async run(isBehind: boolean, signal: AbortSignal): Promise<void> {
    const { announcer, logger, time } = this.#parts;
    if (isBehind) await this.#catchUpByDate(signal);
    while (!signal.aborted) {
      const { end, error } = await this.#stream(signal);
      announcer.setStreaming(false);
      if (end === 'unsupported') {
        if (isForbidden(error))
          logger.warn(
            { err: error },
            'the user of MONGO_URL may not open change streams: changes are found by their date, and what others delete is not noticed',
          );
        else
          logger.info({ err: error }, 'the database has no change streams; changes are found by their date');
        return this.#lookRegularly(signal);
      }
      if (end === 'done' || (end === 'filtered' && this.#keeper.stepBack())) continue;
      if (end === 'lost' || end === 'filtered') await this.#beginAnew(error, signal);
      else logger.debug({ err: error }, 'a change stream broke off');
      await pause(time.retryMs, signal);
    }
  }

  /** Reads one stream until it ends; it is `done` when other collections must be followed. */
  #stream(signal: AbortSignal): Promise<{ readonly end: StreamEnd; readonly error?: unknown }> {
    const { announcer, bus, db, logger } = this.#parts;
    const collections = announcer.followed();
    const asked = JSON.stringify(collections);
    const reader: StreamReader = {
      collections,
      opened: () => announcer.setStreaming(true),
      changed: (change) => announcer.observed(change),
      replaced(collection) {
        logger.warn({ collection }, 'a collection was dropped or renamed');
        bus.publish({ kind: 'missed' }, 0);
      },
      reached: (token, operationTime) => this.#keeper.reached(token, operationTime),
      isDone: () => JSON.stringify(announcer.followed()) !== asked,
    };
    const { token, operationTime = this.#operationTime } = this.#keeper.current;
    return readChangeStream(db, { token, operationTime }, reader, signal);
  }

  /** Starts from now. Deletions in the meantime are not found: listeners are told to read everything again. */
  async #beginAnew(error: unknown, signal: AbortSignal): Promise<void> {
    const { bus, logger } = this.#parts;
    const since = this.#keeper.current.watermark;
    logger.warn({ err: error, since }, 'the change stream was lost; it begins anew');
    this.#keeper.losePosition();
    bus.publish({ kind: 'missed' }, 0);
    await this.#catchUpByDate(signal);
  }

  /** Looks by date at what was written since the watermark; the next stream begins with what is written meanwhile. */
  async #catchUpByDate(signal: AbortSignal): Promise<void> {
    const { db, logger, time } = this.#parts;
    const passes = new DatePasses(this.#parts, this.#keeper.current.watermark);
    await untilItWorks(logger, time, signal, async () => {
      const operationTime = await findOperationTime(db);
      await passes.run();
      this.#operationTime = operationTime;
    });
  }

  async #lookRegularly(signal: AbortSignal): Promise<void> {
    const { logger, time } = this.#parts;
    const passes = new DatePasses(this.#parts, this.#keeper.current.watermark);
    while (!signal.aborted) {
      const startedAt = time.elapsedMs();
      await untilItWorks(logger, time, signal, async () => {
        this.#keeper.lookedAt(await passes.run());
      });
      const tookMs = time.elapsedMs() - startedAt;
      await pause(Math.max(time.pollMs, tookMs / maxShareOfTime - tookMs), signal);
    }
  }
}

/** Repeats work until it succeeds; a failure is reported once. */
async function untilItWorks(
  logger: Logger,
  { retryMs }: FeedTiming,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      return await work();
    } catch (error) {
      if (isFirst) logger.warn({ err: error }, 'changes that others made cannot be looked at');
      await pause(retryMs, signal);
    }
  }
}
