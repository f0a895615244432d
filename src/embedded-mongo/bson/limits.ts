import { ErrorCode, MongoError } from '../errors.ts';

/** MongoDB's limit for nested documents in a message. */
export const maxMessageDepth = 200;

/** MongoDB's limit for nesting in a stored document. */
export const maxStoredDepth = 180;

/** MongoDB's error for documents nested too deeply (15). */
export const tooDeep = (maxDepth: number): MongoError =>
  new MongoError(ErrorCode.Overflow, `BSONObj exceeds maximum nested object depth: ${maxDepth}`);

/** Refuses (15) a path deeper than any document may be, so that nothing follows it recursively. */
export function checkPathDepth(components: readonly string[]): void {
  if (components.length > maxMessageDepth) throw new MongoError(ErrorCode.Overflow, 'FieldPath is too long');
}
