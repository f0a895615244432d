import type { Collection, Db } from 'mongodb';
import type { JobCounts, JobName } from '../../domain/jobs.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { updateFirst } from '../mongodb/update-first.ts';

/** A job that is not finished, in `foyer_job`. */
export interface Job {
  /** The name and the subject: the same job is not recorded twice. */
  readonly _id: string;
  readonly name: JobName;
  readonly subjectId: string;
  readonly createdAt: Date;
  /** From when on an instance may run it; while one does, it keeps moving this into the future. */
  readonly dueAt: Date;
  /** The instance that runs it, or did so last. */
  readonly runner: string;
  /** How often it failed since a step of it succeeded. */
  readonly failures: number;
  /** What has been done so far, by all runs. */
  readonly done: JobCounts;
  readonly left?: number;
}

/** The unfinished jobs of all instances. Whoever runs one holds it until `dueAt`. */
export interface JobStore {
  /** False if the job is recorded already. */
  record(job: Job): Promise<boolean>;
  /** Takes the job that has been due the longest, and holds it until then. */
  claimDue(runner: string, now: Date, until: Date): Promise<Job | null>;
  /** Holds a job for longer, and adds to what is done; false if another instance has taken it. */
  hold(job: Job, until: Date, done?: JobCounts, left?: number): Promise<boolean>;
  /** Gives a job up, to be run again later. */
  postpone(job: Job, dueAt: Date, failures: number): Promise<void>;
  /** Removes a job that is done; returns what it was, or null if another instance has taken it. */
  finish(job: Job): Promise<Job | null>;
}

export function createJobStore(db: Db): JobStore {
  const jobs: Collection<Job> = db.collection('foyer_job');
  const held = ({ _id, runner }: Job) => ({ _id, runner });
  return {
    record: (job) => insertNew(jobs, job),
    claimDue: (runner, now, until) =>
      updateFirst(jobs, { dueAt: { $lte: now } }, { $set: { runner, dueAt: until } }, { dueAt: 1 }),
    async hold(job, dueAt, done, left) {
      const counts = Object.entries(done ?? {}).map(([what, count]) => [`done.${what}`, count]);
      const { matchedCount } = await jobs.updateOne(held(job), {
        $set: { dueAt, ...(done && { failures: 0 }), ...(left === undefined ? {} : { left }) },
        ...(counts.length > 0 && { $inc: Object.fromEntries(counts) }),
      });
      return matchedCount === 1;
    },
    async postpone(job, dueAt, failures) {
      await jobs.updateOne(held(job), { $set: { dueAt, failures } });
    },
    finish: (job) => jobs.findOneAndDelete(held(job)),
  };
}
