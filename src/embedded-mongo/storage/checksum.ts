import { crc32 } from 'node:zlib';

// Every stored value ends with a checksum of its key and itself (zlib's CRC-32): LMDB has none.

const checksumBytes = 4;

/** Shorter values are summed up here, which takes less time than a call into zlib. */
const shortBytes = 128;

const tableSize = 256;

/** What a byte adds to the sum, and what it adds if one, two or three bytes follow: four are summed up at a time. */
const table = new Int32Array(4 * tableSize);
for (let byte = 0; byte < tableSize; byte += 1) {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  table[byte] = sum;
}
const added = (entry: number): number => table[entry] as number;
for (let entry = tableSize; entry < table.length; entry += 1) {
  const before = added(entry - tableSize);
  table[entry] = (before >>> 8) ^ added(before & 0xff);
}

/** The checksum of any bytes that are followed by their own checksum: a property of CRC-32. */
const sumOfSealed = 0x2144df1c;

function continued(bytes: Uint8Array, sum: number): number {
  if (bytes.length > shortBytes) return crc32(bytes, sum);
  const byteAt = (i: number): number => bytes[i] as number;
  let inverted = ~sum;
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    inverted ^= byteAt(i) | (byteAt(i + 1) << 8) | (byteAt(i + 2) << 16) | (byteAt(i + 3) << 24);
    inverted =
      added(3 * tableSize + (inverted & 0xff)) ^
      added(2 * tableSize + ((inverted >>> 8) & 0xff)) ^
      added(tableSize + ((inverted >>> 16) & 0xff)) ^
      added(inverted >>> 24);
  }
  for (; i < bytes.length; i += 1) inverted = added((inverted ^ byteAt(i)) & 0xff) ^ (inverted >>> 8);
  return ~inverted >>> 0;
}

const checksumOf = (key: Uint8Array, bytes: Uint8Array): number => continued(bytes, continued(key, 0));

/** A value as it is stored under a key: itself, then the checksum. */
export function seal(key: Buffer, value: Buffer): Buffer {
  const sealed = Buffer.allocUnsafe(value.length + checksumBytes);
  sealed.set(value);
  sealed.writeUInt32LE(checksumOf(key, value), value.length);
  return sealed;
}

/** Whether what is stored under a key ends with the checksum of both. */
export const isSealed = (key: Buffer, stored: Buffer): boolean =>
  stored.length >= checksumBytes && checksumOf(key, stored) === sumOfSealed;

/** The value of what is stored under a key; undefined if a bit of either is not what it was. */
export const unseal = (key: Buffer, stored: Buffer): Buffer | undefined =>
  isSealed(key, stored) ? stored.subarray(0, stored.length - checksumBytes) : undefined;
