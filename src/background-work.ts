import type { Db } from 'mongodb';
import type { DeliveryParts } from './delivery-parts.ts';
import { createQuietVisitorsCheck } from './domain/conversation/quiet-visitors.ts';
import type { Dependencies } from './domain/dependencies.ts';
import { sweepUploads } from './domain/messages/sweep-uploads.ts';
import { followForWebhooks } from './follow-webhooks.ts';
import { jobHandlers } from './job-handlers.ts';
import type { Logger } from './observability/logger.ts';
import type { EventBus } from './realtime/event-bus.ts';
import { type RegularWork, regularWork } from './regular-work.ts';
import type { Announcer } from './storage/feed/announcer.ts';
import { type RunningFeed, startChangeFeed } from './storage/feed/change-feed.ts';
import { feedTiming } from './storage/feed/feed-timing.ts';
import type { JobRunner } from './storage/jobs/job-runner.ts';
import type { WhenAvailable } from './storage/mongodb/when-available.ts';
import type { Refresher } from './storage/settings/refresh.ts';

const minuteMs = 60_000;

export interface BackgroundWork {
  /**
   * Starts following what others write, and going on with what an earlier run left undone. Call when everyone who must
   * learn of changes since the last run is listening.
   */
  follow(): Promise<void>;
  /** Stops the work in the background. Call before the database is closed. */
  release(): Promise<void>;
}

export interface BackgroundParts {
  readonly announcer: Announcer;
  readonly bus: EventBus;
  readonly delivery: DeliveryParts;
  readonly jobs: JobRunner;
  readonly logger: Logger;
  readonly refresher: Refresher;
  readonly whenAvailable: WhenAvailable;
  /** Begins to read what may be millions of documents. */
  startReading(): void;
  /** Stops what works from the beginning. */
  stop(): Promise<unknown>;
}

/** What goes on beside the requests. */
export function backgroundWork(db: Db, deps: Dependencies, parts: BackgroundParts): BackgroundWork {
  const { announcer, bus, delivery, jobs, logger, refresher, stop, startReading, whenAvailable } = parts;
  const webhooks = followForWebhooks(deps, announcer, logger);
  const regular = regularWorks(deps, logger);
  let feed: RunningFeed | undefined;
  return {
    async follow() {
      delivery.start();
      await whenAvailable(webhooks.start);
      for (const each of regular) each.start();
      const feedParts = { db, announcer, bus, time: feedTiming(deps.clock), logger };
      feed = await whenAvailable(() => startChangeFeed(feedParts));
      jobs.start(jobHandlers(deps));
      // Last, since it keeps the database and this process busy.
      startReading();
    },
    async release() {
      refresher.stop();
      webhooks.stop();
      await Promise.all([...regular.map((each) => each.stop()), stop(), jobs.stop(), delivery.stop()]);
      await feed?.stop();
      await bus.close();
    },
  };
}

/** What every instance looks after now and then. */
const regularWorks = (deps: Dependencies, logger: Logger): RegularWork[] => [
  regularWork(createQuietVisitorsCheck(deps), {
    everyMs: minuteMs,
    logger,
    failure: 'quiet visitors could not be set offline; the next minute tries again',
  }),
  regularWork((signal) => sweepUploads(deps, signal), {
    everyMs: 10 * minuteMs,
    logger,
    failure: 'interrupted uploads could not be deleted; this is tried again in ten minutes',
  }),
];
