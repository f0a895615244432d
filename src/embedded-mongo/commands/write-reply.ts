import type { Failure } from '../execution/run-writes.ts';

/** A failed statement, as listed in `writeErrors`. */
interface WriteError {
  readonly index: number;
  readonly code: number;
  readonly errmsg: string;
  readonly [extra: string]: unknown;
}

const writeErrorOf = ({ index, error }: Failure): WriteError => ({
  index,
  code: error.code,
  errmsg: error.message,
  ...error.extra,
});

/** `writeErrors`, if there are any. */
export const writeErrors = (failures: readonly Failure[]): { writeErrors?: readonly WriteError[] } =>
  failures.length > 0 ? { writeErrors: failures.map(writeErrorOf) } : {};
