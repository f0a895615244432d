import { invalidBson } from '../errors.ts';

/** The sizes of types with a fixed size, by type byte; strings, binaries and documents include theirs. */
export const fixedSizes: Readonly<Record<number, number>> = {
  1: 8,
  6: 0,
  7: 12,
  8: 1,
  9: 8,
  10: 0,
  16: 4,
  17: 8,
  18: 8,
  19: 16,
  127: 0,
  255: 0,
};

/** Where the name that begins at `offset` ends, after its zero byte. */
export function endOfCString(bytes: Buffer, offset: number): number {
  // Names are short: searching with Buffer costs more than it saves.
  for (let end = offset; end < bytes.length; end += 1) if (bytes[end] === 0) return end + 1;
  throw invalidBson('a name has no end');
}

/** The end of a value of this type that begins at `offset`. Throws InvalidBSON (22) for an unknown type. */
export function endOfValue(bytes: Buffer, type: number, offset: number): number {
  const fixed = fixedSizes[type];
  if (fixed !== undefined) return offset + fixed;
  switch (type) {
    case 2:
    case 13:
    case 14:
      return offset + 4 + bytes.readInt32LE(offset);
    case 3:
    case 4:
    case 15:
      return offset + bytes.readInt32LE(offset);
    case 5:
      return offset + 5 + bytes.readInt32LE(offset);
    case 11:
      return endOfCString(bytes, endOfCString(bytes, offset));
    case 12:
      return offset + 16 + bytes.readInt32LE(offset);
    default:
      throw invalidBson(`unknown type ${type}`);
  }
}
