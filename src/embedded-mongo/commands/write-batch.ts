import { isNullish } from '../bson/truth.ts';
import type { Value } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import type { Arguments } from './arguments.ts';

/** The value in MongoDB's `hello`. */
export const maxWriteBatchSize = 100_000;

/** The statements of a write command. Throws InvalidLength (16) if there are none or too many. */
export function checkBatch(args: Arguments, field: string): Value[] {
  args.required(field);
  const statements = args.array(field) ?? [];
  if (statements.length === 0 || statements.length > maxWriteBatchSize) {
    throw new MongoError(
      ErrorCode.InvalidLength,
      `Write batch sizes must be between 1 and ${maxWriteBatchSize}. Got ${statements.length} operations.`,
    );
  }
  return statements;
}

/** Whether a write command stops at its first failure, which is the default. */
export const isOrdered = (args: Arguments): boolean =>
  isNullish(args.value('ordered')) || args.flag('ordered');
