/** The kinds of work that outlive the request that asks for it. */
export type JobName =
  | 'join-visitors'
  | 'merge-visitor'
  | 'remove-department'
  | 'remove-room'
  | 'remove-user'
  | 'remove-visitor';

/** How many documents of each kind a job has processed, by a name for the kind. */
export type JobCounts = Readonly<Record<string, number>>;

/** One run of a job, on one instance. */
export interface JobRun {
  /** The id of what the job is about. */
  readonly subjectId: string;
  /**
   * Records that a step is done, for whoever watches the job.
   * @param left how much remains, if that is known.
   * @throws if the run has to end here: the service is stopping, or another instance has taken over.
   */
  report(done: JobCounts, left?: number): Promise<void>;
}

/**
 * Does a job, in steps of a few seconds at most. A run begins anew where another broke off, so every step must be
 * repeatable.
 */
export type JobHandler = (run: JobRun) => Promise<void>;

/** Work that is finished even if the process that began it dies. */
export interface Jobs {
  /**
   * Records a job durably and begins it. Resolves when it is done or, if it takes longer than a request should, when
   * it is certain to be done. A job that is recorded already is not begun twice.
   * @throws what the first attempt failed with; it is repeated all the same.
   */
  run(name: JobName, subjectId: string): Promise<void>;
}
