import { tables } from './layout.ts';

// Format 1 stored values without checksums. They are added while a directory of that format is in use; until then it
// contains both kinds, which differ in length.

/** Where the format of the values is noted. */
export const formatKey: Buffer = Buffer.from([tables.format]);
/** How far adding checksums has got. */
export const sealingPositionKey: Buffer = Buffer.from([tables.format, 1]);
/** How far the check in the background has got. */
export const scrubKey: Buffer = Buffer.from([tables.format, 2]);

/** The bytes that the values of the catalog have, by the kind that their keys name; definitions are BSON. */
const catalogBytes: ReadonlyMap<string, number> = new Map([
  ['n', 8],
  ['g', 5],
  ['i', 4],
]);
const indexEntryBytes = 6;

const isBson = (value: Buffer): boolean =>
  value.length >= 5 && value.readInt32LE(0) === value.length && value.at(-1) === 0;

/** Whether a value has the form of one without a checksum. */
export function isPlain(key: Buffer, value: Buffer): boolean {
  switch (key[0]) {
    case tables.format:
      return key.length === 1 && value.length === 1;
    case tables.catalog: {
      const bytes = catalogBytes.get(String.fromCharCode(key[1] ?? 0));
      return bytes === undefined ? isBson(value) : value.length === bytes;
    }
    case tables.index:
      return value.length === indexEntryBytes;
    case tables.documents:
    case tables.retryRecord:
    case tables.retryResults:
      return isBson(value);
    default:
      return false;
  }
}
