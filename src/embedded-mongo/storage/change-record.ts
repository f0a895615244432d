import type { OpTime } from './op-time.ts';

/** What a change does; as stored. */
export const ChangeKind = {
  insert: 1,
  update: 2,
  replace: 3,
  delete: 4,
  drop: 5,
  dropDatabase: 6,
  rename: 7,
  create: 8,
  createIndexes: 9,
  dropIndexes: 10,
} as const;

export type ChangeKind = (typeof ChangeKind)[keyof typeof ChangeKind];

/** One change, as read from the log. */
export interface Change {
  readonly time: OpTime;
  /** The server's clock at its transaction, in milliseconds. */
  readonly wallMs: number;
  readonly kind: ChangeKind;
  readonly ns: string;
  /** The collection's UUID; zeros if the change does not belong to one collection. */
  readonly uuid: Buffer;
  /**
   * A BSON document: the new document of `insert` and `replace`; `documentKey` and `updateDescription` of `update`;
   * the document key of `delete`; the details of the others.
   */
  readonly body: Buffer;
}

/** A change that is still to be written. */
export interface NotedChange {
  readonly kind: ChangeKind;
  /** From `encodePlace`. */
  readonly place: Buffer;
  readonly body: Buffer;
}

/** What precedes the changes of an entry. */
export interface EntryHeader {
  /** How many bytes the log had received when this entry was written, including the entry. */
  readonly endBytes: number;
  readonly wallMs: number;
  readonly count: number;
}

const headerBytes = 8 + 8 + 4;
const uuidBytes = 16;
export const noUuid: Buffer = Buffer.alloc(uuidBytes);

/** A namespace and a collection's UUID, as a change contains them. Namespaces have at most 255 bytes. */
export function encodePlace(ns: string, uuid: Buffer): Buffer {
  const name = Buffer.from(ns);
  return Buffer.concat([Buffer.from([name.length]), name, uuid]);
}

const lengthOf = ({ place, body }: NotedChange): number => 1 + place.length + body.length;

/**
 * How many of the changes, from `start` on, go into one entry: as many as fit into `maxBytes`, but at least one.
 */
export function entryLength(changes: readonly NotedChange[], start: number, maxBytes: number): number {
  let bytes = 0;
  let end = start;
  for (; end < changes.length; end += 1) {
    const change = changes[end];
    if (!change) break;
    bytes += lengthOf(change);
    if (bytes > maxBytes && end > start) break;
  }
  return end - start;
}

/** Changes with consecutive times as one stored value. `startBytes` is what the log had received before. */
export function encodeEntry(changes: readonly NotedChange[], startBytes: number, wallMs: number): Buffer {
  const entry = Buffer.allocUnsafe(changes.reduce((sum, change) => sum + lengthOf(change), headerBytes));
  entry.writeDoubleBE(startBytes + entry.length, 0);
  entry.writeDoubleBE(wallMs, 8);
  entry.writeUInt32BE(changes.length, 16);
  let offset = headerBytes;
  for (const { kind, place, body } of changes) {
    entry[offset] = kind;
    entry.set(place, offset + 1);
    entry.set(body, offset + 1 + place.length);
    offset += 1 + place.length + body.length;
  }
  return entry;
}

export const readHeader = (entry: Buffer): EntryHeader => ({
  endBytes: entry.readDoubleBE(0),
  wallMs: entry.readDoubleBE(8),
  count: entry.readUInt32BE(16),
});

interface DecodedPlace {
  /** As `encodePlace` returned them. */
  readonly bytes: Buffer;
  readonly ns: string;
  readonly uuid: Buffer;
}

function decodePlace(entry: Buffer, offset: number): DecodedPlace {
  const nameEnd = offset + 1 + (entry[offset] ?? 0);
  const bytes = entry.subarray(offset, nameEnd + uuidBytes);
  return {
    bytes,
    ns: entry.toString('utf8', offset + 1, nameEnd),
    uuid: bytes.subarray(bytes.length - uuidBytes),
  };
}

function continuesWith(entry: Buffer, offset: number, bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i += 1) if (entry[offset + i] !== bytes[i]) return false;
  return true;
}

/** The changes of an entry whose first one has this time. */
export function* decodeEntry(entry: Buffer, start: OpTime): Generator<Change> {
  const { wallMs } = readHeader(entry);
  let time = start;
  let place: DecodedPlace | undefined;
  for (let offset = headerBytes; offset < entry.length; time += 1n) {
    // Most changes are in the same place as the one before.
    if (!place || !continuesWith(entry, offset + 1, place.bytes)) place = decodePlace(entry, offset + 1);
    const { ns, uuid } = place;
    const bodyStart = offset + 1 + place.bytes.length;
    const bodyEnd = bodyStart + entry.readInt32LE(bodyStart);
    yield {
      time,
      wallMs,
      kind: entry[offset] as ChangeKind,
      ns,
      uuid,
      body: entry.subarray(bodyStart, bodyEnd),
    };
    offset = bodyEnd;
  }
}
