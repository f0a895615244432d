import type { Binary } from 'bson';
import { fitsInt64, toInteger } from '../bson/numeric.ts';
import { BsonType, bsonTypeOf, isNumeric, type Value } from '../bson/types.ts';
import { badValue, failedToParse, notImplemented } from '../errors.ts';
import type { BitTest, Predicate } from './filter-node.ts';

/** Bounds the size of a mask; MongoDB accepts any 32-bit position. */
const highestPosition = 65_535n;

/** The bits of a binary, the first byte lowest. */
export function bitsOfBinary(binary: Binary): bigint {
  const bytes = binary.buffer.subarray(0, binary.position);
  return bytes.reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}

function maskOfPositions(op: string, positions: readonly Value[]): bigint {
  return positions.reduce((mask: bigint, item) => {
    const position = isNumeric(item) ? toInteger(item) : undefined;
    if (position === undefined) throw badValue(`bit positions must be an integer but got: ${op}`);
    if (position < 0n) throw badValue(`bit positions must be >= 0 but got: ${position}`);
    if (position > highestPosition) throw notImplemented(`${op} with a bit position over ${highestPosition}`);
    return mask | (1n << position);
  }, 0n);
}

/** Parses the mask of `$bitsAllSet` and the like: a number, a list of positions or a binary. */
export function parseBits(op: BitTest, value: Value): Predicate {
  if (Array.isArray(value)) return { op: '$bits', test: op, mask: maskOfPositions(op, value) };
  if (bsonTypeOf(value) === BsonType.binData)
    return { op: '$bits', test: op, mask: bitsOfBinary(value as Binary) };
  if (!isNumeric(value)) throw badValue(`${op} takes an Array, a number, or a BinData`);
  const mask = toInteger(value);
  if (mask === undefined || mask < 0n || !fitsInt64(mask)) {
    throw failedToParse(`Expected a non-negative 64-bit integer in: ${op}`);
  }
  return { op: '$bits', test: op, mask };
}
