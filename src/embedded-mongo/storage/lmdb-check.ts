import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

// LMDB has no checksums and reads what it maps without asking, so a file that was cut off or overwritten would end
// the process. This reads the parts that say where everything is: the two meta pages and all branch pages.

const magic = 0xbeefc0de;
const pageHeaderBytes = 24;
const metaFlag = 0x08;
const branchFlag = 0x01;
const leafFlag = 0x02;
const noPage = 0xffff_ffff_ffff_ffffn;
const offsets = {
  flags: 18,
  lower: 20,
  magic: 24,
  pageSize: 48,
  freeRoot: 88,
  mainRoot: 136,
  txnId: 152,
} as const;

interface Meta {
  readonly pageSize: number;
  readonly roots: readonly bigint[];
  readonly txnId: bigint;
}

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

function readMeta(bytes: Buffer | undefined): Meta | undefined {
  if (!bytes || bytes.readUInt32LE(offsets.magic) !== magic) return undefined;
  if ((bytes.readUInt16LE(offsets.flags) & metaFlag) === 0) return undefined;
  const pageSize = bytes.readUInt32LE(offsets.pageSize);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return undefined;
  return {
    pageSize,
    roots: [bytes.readBigUInt64LE(offsets.freeRoot), bytes.readBigUInt64LE(offsets.mainRoot)],
    txnId: bytes.readBigUInt64LE(offsets.txnId),
  };
}

/** The page numbers that a branch page leads to; undefined if its own structure is broken. */
function childrenOf(page: Buffer): bigint[] | undefined {
  const count = page.readUInt16LE(offsets.lower) / 2;
  if (!Number.isInteger(count) || count < 1 || pageHeaderBytes + 2 * count > page.length) return undefined;
  const children: bigint[] = [];
  for (let i = 0; i < count; i += 1) {
    const node = page.readUInt16LE(pageHeaderBytes + 2 * i) + pageHeaderBytes;
    if (node + 8 > page.length) return undefined;
    children.push(BigInt(page.readUInt32LE(node)) + (BigInt(page.readUInt16LE(node + 4)) << 32n));
  }
  return children;
}

/** Walks the branch pages below a root; what is wrong, or undefined. */
function checkTree(file: LmdbFile, pageSize: number, root: bigint): string | undefined {
  if (root === noPage) return undefined;
  const pending = [root];
  for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
    const header = file.read(Number(number) * pageSize, pageHeaderBytes);
    if (!header) return `page ${number} is missing`;
    if (header.readBigUInt64LE(0) !== number) return `page ${number} is not where it should be`;
    const flags = header.readUInt16LE(offsets.flags);
    if ((flags & (branchFlag | leafFlag)) === 0) return `page ${number} is of no known kind`;
    if ((flags & branchFlag) === 0) continue;
    const page = file.read(Number(number) * pageSize, pageSize);
    const children = page && childrenOf(page);
    if (!children) return `page ${number} is broken`;
    if (pending.length + children.length > 100_000_000) return 'its pages go round in circles';
    pending.push(...children);
  }
  return undefined;
}

/** What is wrong with an LMDB file, as far as its structure shows it, or undefined. Only reads. */
export function findDamage(path: string): string | undefined {
  const file = new LmdbFile(path);
  try {
    const first = readMeta(file.read(0, 4096));
    if (!first) return 'its header is not that of a database';
    const second = readMeta(file.read(first.pageSize, 4096));
    if (!second) return 'its second header is not that of a database';
    const newest = second.txnId > first.txnId ? second : first;
    for (const root of newest.roots) {
      const damage = checkTree(file, newest.pageSize, root);
      if (damage) return damage;
    }
    return undefined;
  } finally {
    file.close();
  }
}
