/** Why a data directory cannot be used. */
export type DataDirectoryProblem = 'foreign' | 'damaged' | 'in-use' | 'not-writable' | 'newer-format';

/** A data directory that cannot be used; `message` is one sentence that explains it to the operator. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
  readonly problem: DataDirectoryProblem;

  constructor(problem: DataDirectoryProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
