import { ErrorCode, MongoError } from '../errors.ts';
import { checkDate } from './dates.ts';
import { fixedSizes } from './raw.ts';

/** MongoDB's limit for documents inside documents in a message. */
const maxMessageDepth = 200;

/** MongoDB's limit for a document that it stores. */
export const maxStoredDepth = 180;

/** Refuses (15) a path that no document may be deep enough for, so that nothing follows it recursively. */
export function checkPathDepth(components: readonly string[]): void {
  if (components.length > maxMessageDepth) throw new MongoError(ErrorCode.Overflow, 'FieldPath is too long');
}

const truncated = (): MongoError =>
  new MongoError(ErrorCode.FailedToParse, 'Invalid BSON: a document is truncated');

function afterText(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw truncated();
  return end + 1;
}

/** Where a value ends that is no document or array. */
function afterValue(bytes: Uint8Array, view: DataView, type: number, at: number): number {
  const fixed = fixedSizes[type];
  if (fixed !== undefined) return at + fixed;
  if (type === 11) return afterText(bytes, afterText(bytes, at));
  if (at + 4 > bytes.length) throw truncated();
  const length = view.getInt32(at, true);
  if (length < 0) throw truncated();
  switch (type) {
    case 5:
      return at + 5 + length;
    case 12:
      return at + 4 + length + 12;
    case 15:
      return at + Math.max(length, 4);
    default:
      return at + 4 + length;
  }
}

const dateType = 9;

function checkDateAt(view: DataView, at: number): void {
  if (at + 8 > view.byteLength) throw truncated();
  checkDate(view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true));
}

/**
 * Throws Overflow (15) for a document with more than `maxDepth` levels, before anything walks it recursively, and
 * NotImplemented (238) for a date that JavaScript has not. Reads the bytes once and stops at the first that are no
 * BSON (FailedToParse 9); what the other values are it does not check.
 */
export function checkLimits(bytes: Uint8Array, maxDepth = maxMessageDepth): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 4;
  let depth = 1;
  while (depth > 0) {
    const type = bytes[at];
    if (type === undefined) throw truncated();
    at += 1;
    if (type === 0) {
      depth -= 1;
      continue;
    }
    at = afterText(bytes, at);
    if (type === dateType) checkDateAt(view, at);
    if (type !== 3 && type !== 4) {
      at = afterValue(bytes, view, type, at);
      continue;
    }
    depth += 1;
    at += 4;
    if (depth > maxDepth) {
      throw new MongoError(ErrorCode.Overflow, `BSONObj exceeds maximum nested object depth: ${maxDepth}`);
    }
  }
}
