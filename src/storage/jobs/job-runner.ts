import type { Clock } from '../../domain/clock.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { JobHandler, JobName, Jobs } from '../../domain/jobs.ts';
import type { Logger } from '../../observability/logger.ts';
import { pause } from '../mongodb/pause.ts';
import { within } from '../mongodb/within.ts';
import type { Job, JobStore } from './job-store.ts';

/** What to do for each kind of job. */
export type JobHandlers = Readonly<Record<JobName, JobHandler>>;

export interface JobRunnerOptions {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** An instance that has not been heard of for this long is taken for dead, and another one takes its jobs. */
const holdMs = 60_000;
const renewMs = holdMs / 3;
/** How often to look for jobs that another instance left behind. */
const pollMs = 10_000;
/** How often a job that goes on says in the log how far it is. */
const tellMs = 10_000;
/** How long the request that asked for a job waits for it. */
const patienceMs = 10_000;
/** Requests that ask for more than this many jobs at a time only record them. */
const maxRunning = 4;
/** How long to wait after a failure, doubled by each further one. */
const firstRetryMs = 5_000;
const longestRetryMs = 60 * 60_000;

/** The run has to end: the service is stopping, or another instance has taken the job. */
class RunEnded extends Error {
  override name = 'RunEnded';
}

/**
 * Runs jobs: those that this instance's requests ask for at once, and those that a stopped, dead or failed one left
 * behind when they are due. An instance holds a job for a minute at a time; two that do the same one after all, since
 * one of them slept for so long, do no harm, because steps are repeatable.
 */
export class JobRunner implements Jobs {
  readonly #options: JobRunnerOptions;
  readonly #runner: string;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  #handlers: JobHandlers | undefined;
  #polling: Promise<void> | undefined;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#runner = options.ids.hexId();
  }

  /** Begins to look for jobs that are due. */
  start(handlers: JobHandlers): void {
    this.#handlers = handlers;
    this.#polling = this.#poll();
  }

  /** Ends the runs in progress after the step that they are at; other instances take their jobs over at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
    await Promise.allSettled(this.#running.values());
  }

  async run(name: JobName, subjectId: string): Promise<void> {
    const { store, clock } = this.#options;
    const now = clock();
    const isBusy = this.#running.size >= maxRunning;
    const job: Job = {
      _id: `${name} ${subjectId}`,
      name,
      subjectId,
      createdAt: now,
      dueAt: isBusy ? now : this.#holdUntil(),
      runner: this.#runner,
      failures: 0,
      done: {},
    };
    const isRecorded = await store.record(job);
    const work = isRecorded && !isBusy ? this.#work(job) : this.#running.get(job._id);
    // Whatever comes of it later, the runner takes care of.
    if (work) await within(work, patienceMs);
  }

  /** Runs the jobs that are due, one after the other, until there are none. */
  async runDue(): Promise<void> {
    const { store, clock } = this.#options;
    while (!this.#stopping.signal.aborted) {
      const job = await store.claimDue(this.#runner, clock(), this.#holdUntil());
      if (job === null) return;
      // Claimed too late: another instance does it.
      if (this.#stopping.signal.aborted) return store.postpone(job, clock(), job.failures);
      // A failure has been logged by then, and the job is due again later.
      await this.#work(job).catch(() => undefined);
    }
  }

  async #poll(): Promise<void> {
    const { logger } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.runDue().catch((error: unknown) =>
        logger.debug({ err: error }, 'jobs could not be looked for; the next time tries again'),
      );
      await pause(pollMs, signal);
    }
  }

  #work(job: Job): Promise<void> {
    const work = this.#attempt(job).finally(() => this.#running.delete(job._id));
    this.#running.set(job._id, work);
    return work;
  }

  async #attempt(job: Job): Promise<void> {
    const { store, logger } = this.#options;
    const handler = this.#handlers?.[job.name];
    if (handler === undefined) throw new Error(`no instance of this version does the job ${job.name}`);
    const renewal = setInterval(() => {
      // A renewal that fails is made up for by the next one, or by the next step.
      store.hold(job, this.#holdUntil()).catch(() => undefined);
    }, renewMs).unref();
    try {
      await handler({ subjectId: job.subjectId, report: this.#reporter(job) });
      const finished = await store.finish(job);
      if (finished) logger.info({ job: job.name, subject: job.subjectId, done: finished.done }, 'job done');
    } catch (error) {
      await this.#giveUp(job, error);
      // A run that has to end has not failed: somebody goes on with the job.
      if (!(error instanceof RunEnded)) throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  /** What a run calls after each step. */
  #reporter(job: Job) {
    const { store, logger } = this.#options;
    let toldAt = performance.now();
    return async (done: Job['done'], left?: number): Promise<void> => {
      if (!(await store.hold(job, this.#holdUntil(), done, left)))
        throw new RunEnded('another instance has taken the job');
      if (this.#stopping.signal.aborted) throw new RunEnded('the service is stopping');
      if (performance.now() - toldAt < tellMs) return;
      toldAt = performance.now();
      logger.info({ job: job.name, subject: job.subjectId, left }, 'job in progress');
    };
  }

  async #giveUp(job: Job, error: unknown): Promise<void> {
    const { store, clock, logger } = this.#options;
    const isEnded = error instanceof RunEnded;
    const failures = isEnded ? job.failures : job.failures + 1;
    const retryMs = isEnded ? 0 : Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
    if (!isEnded)
      logger.warn(
        { err: error, job: job.name, subject: job.subjectId },
        'a job failed; it will be tried again',
      );
    // If this fails too, the job is due when it is no longer held.
    await store.postpone(job, new Date(clock().getTime() + retryMs), failures).catch(() => undefined);
  }

  #holdUntil(): Date {
    return new Date(this.#options.clock().getTime() + holdMs);
  }
}
