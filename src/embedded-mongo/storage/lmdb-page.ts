// The pages of LMDB's trees. See `MDB_page`, `MDB_node` and `MDB_ovpage` in its source.

const headerBytes = 24;
const nodeHeaderBytes = 8;
const overflowReferenceBytes = 24;
const offsets = { txnId: 8, flags: 18, lower: 20, upper: 22, overflowPages: 20 } as const;
const nodeOffsets = { flags: 4, keySize: 6 } as const;
const kinds = { branch: 0x01, leaf: 0x02, overflow: 0x04, all: 0x6f } as const;
const isInOverflow = 0x01;

/** A node of a branch page: the keys from this one on are below that page. The first one's key is empty. */
export interface Child {
  readonly key: Buffer;
  readonly page: bigint;
}

/** An entry of a leaf page, whose value is there or on pages of its own. */
export interface LeafNode {
  readonly key: Buffer;
  readonly valueBytes: number;
  readonly value: Buffer | OverflowReference;
}

export interface OverflowReference {
  readonly page: bigint;
  readonly pages: number;
}

export type Page = { readonly txnId: bigint } & (
  | { readonly kind: 'branch'; readonly children: readonly Child[] }
  | { readonly kind: 'leaf'; readonly nodes: readonly LeafNode[] }
);

/** Where a page's nodes begin; undefined if that contradicts the page's header. */
function nodeStarts(bytes: Buffer): number[] | undefined {
  const lower = bytes.readUInt16LE(offsets.lower);
  const upper = bytes.readUInt16LE(offsets.upper);
  const room = bytes.length - headerBytes;
  if (lower === 0 || lower % 2 !== 0 || lower > upper || upper > room) return undefined;
  const starts: number[] = [];
  for (let i = 0; i < lower; i += 2) {
    const start = bytes.readUInt16LE(headerBytes + i);
    if (start < upper || start % 2 !== 0 || start + nodeHeaderBytes > room) return undefined;
    starts.push(start + headerBytes);
  }
  return starts;
}

const even = (size: number): number => size + (size % 2);

/** Nodes are packed: together they fill the page from its free space to its end. */
const fillPage = (bytes: Buffer, nodeBytes: number): boolean =>
  nodeBytes === bytes.length - headerBytes - bytes.readUInt16LE(offsets.upper);

function readChildren(bytes: Buffer, starts: readonly number[]): Child[] | undefined {
  const children: Child[] = [];
  let nodeBytes = 0;
  for (const start of starts) {
    const keyStart = start + nodeHeaderBytes;
    const keyEnd = keyStart + bytes.readUInt16LE(start + nodeOffsets.keySize);
    if (keyEnd > bytes.length) return undefined;
    const page = BigInt(bytes.readUInt32LE(start)) + (BigInt(bytes.readUInt16LE(start + 4)) << 32n);
    children.push({ key: bytes.subarray(keyStart, keyEnd), page });
    nodeBytes += even(keyEnd - start);
  }
  return fillPage(bytes, nodeBytes) ? children : undefined;
}

function readNodes(bytes: Buffer, starts: readonly number[]): LeafNode[] | undefined {
  const nodes: LeafNode[] = [];
  let nodeBytes = 0;
  for (const start of starts) {
    const keyStart = start + nodeHeaderBytes;
    const keyEnd = keyStart + bytes.readUInt16LE(start + nodeOffsets.keySize);
    const flags = bytes.readUInt16LE(start + nodeOffsets.flags);
    const valueBytes = bytes.readUInt32LE(start);
    const end = keyEnd + (flags === isInOverflow ? overflowReferenceBytes : valueBytes);
    if ((flags & ~isInOverflow) !== 0 || end > bytes.length) return undefined;
    const value =
      flags === isInOverflow
        ? { page: bytes.readBigUInt64LE(keyEnd), pages: Number(bytes.readBigUInt64LE(keyEnd + 16)) }
        : bytes.subarray(keyEnd, end);
    nodes.push({ key: bytes.subarray(keyStart, keyEnd), valueBytes, value });
    nodeBytes += even(end - start);
  }
  return fillPage(bytes, nodeBytes) ? nodes : undefined;
}

/** Reads a page of a tree; undefined if it is not the one with this number, or its parts contradict each other. */
export function readPage(bytes: Buffer, number: bigint): Page | undefined {
  if (bytes.readBigUInt64LE(0) !== number) return undefined;
  const starts = nodeStarts(bytes);
  if (!starts) return undefined;
  const txnId = bytes.readBigUInt64LE(offsets.txnId);
  switch (bytes.readUInt16LE(offsets.flags) & kinds.all) {
    case kinds.branch: {
      const children = readChildren(bytes, starts);
      return children && { kind: 'branch', txnId, children };
    }
    case kinds.leaf: {
      const nodes = readNodes(bytes, starts);
      return nodes && { kind: 'leaf', txnId, nodes };
    }
    default:
      return undefined;
  }
}

/** A value on pages of its own; undefined if those pages are not what is expected there. */
export function readOverflow(bytes: Buffer, reference: OverflowReference, valueBytes: number) {
  const isExpected =
    bytes.readBigUInt64LE(0) === reference.page &&
    (bytes.readUInt16LE(offsets.flags) & kinds.all) === kinds.overflow &&
    bytes.readUInt32LE(offsets.overflowPages) === reference.pages &&
    headerBytes + valueBytes <= bytes.length;
  return isExpected ? bytes.subarray(headerBytes, headerBytes + valueBytes) : undefined;
}
