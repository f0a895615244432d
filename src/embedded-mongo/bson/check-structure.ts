import { ErrorCode, failedToParse, MongoError } from '../errors.ts';
import { endOfValue } from './raw.ts';

/** MongoDB's limit for documents inside documents. */
const maxDepth = 200;

const isContainer = (type: number): boolean => type === 3 || type === 4;

/**
 * Checks that bytes are a sound document whose every part ends where it says, without reading its values. Throws
 * FailedToParse (9) where they are not, and Overflow (15) for documents nested too deeply.
 */
export function checkStructure(bytes: Buffer, start = 0, end = bytes.length, depth = 1): void {
  if (depth > maxDepth) {
    throw new MongoError(ErrorCode.Overflow, `BSONObj exceeded maximum nested object depth: ${maxDepth}`);
  }
  if (end - start < 5 || bytes.readInt32LE(start) !== end - start || bytes[end - 1] !== 0) {
    throw failedToParse('Invalid BSON: a document does not end where it says');
  }
  let position = start + 4;
  while (position < end - 1) {
    const type = bytes[position] ?? 0;
    const value = bytes.indexOf(0, position + 1) + 1;
    if (value <= 0 || value >= end) throw failedToParse('Invalid BSON: a name has no end');
    if (fixedEndAt(type, value) > end - 1) throw failedToParse('Invalid BSON: a value is cut off');
    position = endOfValue(bytes, type, value);
    if (position > end - 1 || position < value)
      throw failedToParse('Invalid BSON: a value ends behind its document');
    if (isContainer(type)) checkStructure(bytes, value, position, depth + 1);
  }
}

/** Values that begin with their length need four bytes to say so. */
const withLength = new Set([2, 3, 4, 5, 12, 13, 14, 15]);
const fixedEndAt = (type: number, value: number): number => (withLength.has(type) ? value + 4 : value);
