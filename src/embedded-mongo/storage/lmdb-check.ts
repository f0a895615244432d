import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { belongTogether, type Meta, readMeta, type Tree } from './lmdb-meta.ts';

// LMDB has no checksums and trusts what it maps, so a file that was truncated or overwritten would crash the process.
// This reads the parts that say where everything is: the two meta pages, all branch pages and the headers of all leaf
// pages, and counts what it finds.

const pageHeaderBytes = 24;
const branchFlag = 0x01;
const leafFlag = 0x02;
const noPage = 0xffff_ffff_ffff_ffffn;
const offsets = { flags: 18, lower: 20, upper: 22 } as const;

class LmdbFile {
  readonly #descriptor: number;
  readonly #size: number;

  constructor(file: string) {
    this.#descriptor = openSync(file, 'r');
    this.#size = fstatSync(this.#descriptor).size;
  }

  read(offset: number, length: number): Buffer | undefined {
    if (offset + length > this.#size) return undefined;
    const bytes = Buffer.alloc(length);
    return readSync(this.#descriptor, bytes, 0, length, offset) === length ? bytes : undefined;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** The page numbers that a branch page points to; undefined if its own structure is broken. */
function childrenOf(page: Buffer, count: number): bigint[] | undefined {
  const children: bigint[] = [];
  for (let i = 0; i < count; i += 1) {
    const node = page.readUInt16LE(pageHeaderBytes + 2 * i) + pageHeaderBytes;
    if (node + 8 > page.length) return undefined;
    children.push(BigInt(page.readUInt32LE(node)) + (BigInt(page.readUInt16LE(node + 4)) << 32n));
  }
  return children;
}

/** The number of nodes in a page; undefined if its header is impossible. */
function countNodes(header: Buffer, pageSize: number): number | undefined {
  const count = header.readUInt16LE(offsets.lower) / 2;
  const space = pageSize - pageHeaderBytes;
  const isSound = Number.isInteger(count) && count > 0 && 2 * count <= space;
  return isSound && header.readUInt16LE(offsets.upper) <= space ? count : undefined;
}

interface Found {
  depth: number;
  branchPages: number;
  leafPages: number;
  entries: number;
}

/** Traverses a tree from its root and counts; returns what is wrong, or undefined. */
function walkTree(
  file: LmdbFile,
  { pageSize, lastPage }: Meta,
  root: bigint,
  found: Found,
): string | undefined {
  const pending = [{ number: root, depth: 1 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { number, depth } = next;
    const header = number <= lastPage ? file.read(Number(number) * pageSize, pageHeaderBytes) : undefined;
    if (!header) return `page ${number} is missing`;
    if (header.readBigUInt64LE(0) !== number) return `page ${number} is not where it should be`;
    const flags = header.readUInt16LE(offsets.flags);
    const count = countNodes(header, pageSize);
    if (count === undefined || (flags & (branchFlag | leafFlag)) === 0) return `page ${number} is broken`;
    found.depth = Math.max(found.depth, depth);
    if ((flags & branchFlag) === 0) {
      found.leafPages += 1;
      found.entries += count;
      continue;
    }
    found.branchPages += 1;
    const page = file.read(Number(number) * pageSize, pageSize);
    const children = page && childrenOf(page, count);
    if (!children) return `page ${number} is broken`;
    if (BigInt(found.branchPages + found.leafPages + pending.length) > lastPage)
      return 'its pages go in circles';
    for (const child of children) pending.push({ number: child, depth: depth + 1 });
  }
  return undefined;
}

function checkTree(file: LmdbFile, meta: Meta, tree: Tree): string | undefined {
  const found: Found = { depth: 0, branchPages: 0, leafPages: 0, entries: 0 };
  const damage = tree.root === noPage ? undefined : walkTree(file, meta, tree.root, found);
  if (damage) return damage;
  const agrees =
    found.depth === tree.depth &&
    found.branchPages === tree.branchPages &&
    found.leafPages === tree.leafPages &&
    found.entries === tree.entries;
  return agrees ? undefined : 'its header tells of another tree';
}

/** What is wrong with an LMDB file, as far as its structure shows, or undefined. Only reads the file. */
export function findDamage(path: string): string | undefined {
  const file = new LmdbFile(path);
  try {
    const first = readMeta(file.read(0, 4096));
    if (!first) return 'its header is not that of a database';
    const second = readMeta(file.read(first.pageSize, 4096));
    if (!second) return 'its second header is not that of a database';
    if (!belongTogether(first, second)) return 'its headers contradict each other';
    const newest = second.txnId > first.txnId ? second : first;
    return checkTree(file, newest, newest.free) ?? checkTree(file, newest, newest.main);
  } finally {
    file.close();
  }
}
