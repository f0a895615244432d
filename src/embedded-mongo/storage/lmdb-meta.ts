const magic = 0xbeefc0de;
const dataVersion = 2;
const metaFlag = 0x08;
const offsets = {
  pageFlags: 18,
  magic: 24,
  version: 28,
  free: 48,
  main: 96,
  lastPage: 144,
  txnId: 152,
} as const;
const treeOffsets = { flags: 4, depth: 6, branchPages: 8, leafPages: 16, entries: 32, root: 40 } as const;

/** A tree as a meta page describes it. */
export interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly entries: number;
  readonly root: bigint;
}

/** A meta page: where a snapshot of the database is. */
export interface Meta {
  readonly pageSize: number;
  readonly free: Tree;
  readonly main: Tree;
  readonly lastPage: bigint;
  readonly txnId: bigint;
}

function readTree(bytes: Buffer, offset: number): Tree {
  return {
    flags: bytes.readUInt16LE(offset + treeOffsets.flags),
    depth: bytes.readUInt16LE(offset + treeOffsets.depth),
    branchPages: Number(bytes.readBigUInt64LE(offset + treeOffsets.branchPages)),
    leafPages: Number(bytes.readBigUInt64LE(offset + treeOffsets.leafPages)),
    entries: Number(bytes.readBigUInt64LE(offset + treeOffsets.entries)),
    root: bytes.readBigUInt64LE(offset + treeOffsets.root),
  };
}

/** Reads a meta page; undefined if it is not one. */
export function readMeta(bytes: Buffer | undefined): Meta | undefined {
  if (!bytes || bytes.readUInt32LE(offsets.magic) !== magic) return undefined;
  if ((bytes.readUInt32LE(offsets.version) & 0xffff) !== dataVersion) return undefined;
  if ((bytes.readUInt16LE(offsets.pageFlags) & metaFlag) === 0) return undefined;
  // The tree of free pages has no other use for its padding.
  const pageSize = bytes.readUInt32LE(offsets.free);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return undefined;
  return {
    pageSize,
    free: readTree(bytes, offsets.free),
    main: readTree(bytes, offsets.main),
    lastPage: bytes.readBigUInt64LE(offsets.lastPage),
    txnId: bytes.readBigUInt64LE(offsets.txnId),
  };
}

/**
 * Whether two meta pages can belong together. Transactions write them alternately, even ones the first, so their
 * numbers are consecutive; flags never change, and the file never shrinks.
 */
export function belongTogether(first: Meta, second: Meta): boolean {
  const isSecondNewer = second.txnId > first.txnId;
  const [older, newest] = isSecondNewer ? [first, second] : [second, first];
  return (
    newest.txnId === older.txnId + 1n &&
    newest.txnId % 2n === (isSecondNewer ? 1n : 0n) &&
    first.pageSize === second.pageSize &&
    first.free.flags === second.free.flags &&
    first.main.flags === second.main.flags &&
    newest.lastPage >= older.lastPage
  );
}
