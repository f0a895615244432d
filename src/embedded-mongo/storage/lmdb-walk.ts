import type { LmdbFile } from './lmdb-file.ts';
import type { Meta, Tree } from './lmdb-meta.ts';
import { type Child, type LeafNode, type Page, readOverflow, readPage } from './lmdb-page.ts';

/** The root of a tree that is empty. */
const noPage = 0xffff_ffff_ffff_ffffn;

/** What is wrong at a place in the file. `key` is set if it concerns an entry. */
export interface Damage {
  readonly page: bigint;
  readonly what: string;
  readonly key?: Buffer;
}

/** A page of the tree, checked; or, as a `part`, some entries of a leaf page whose values are large. */
export interface Visit {
  readonly kind: 'branch' | 'leaf' | 'part' | 'broken';
  readonly depth: number;
  /** The entries checked since the last visit. */
  readonly entries: number;
  readonly damages: readonly Damage[];
  /** The key at which the walk continues after these entries; undefined after the last. */
  readonly behind?: Buffer | undefined;
}

/** A part of a leaf page ends when its values have this many bytes: the entries of one page may have 16 MB each. */
const partBytes = 1024 * 1024;

export interface WalkOptions {
  /** Leaves out what comes before this key. */
  readonly from?: Buffer;
  readonly compareKeys: (a: Buffer, b: Buffer) => number;
  /** Whether an entry is what was stored. Without it, values are not read. */
  readonly isIntact?: (key: Buffer, value: Buffer) => boolean;
  /** Claims pages for the tree; returns whether they were free. */
  readonly claim?: (page: bigint, pages: number) => boolean;
  /** How many levels are visited, from the root on; all by default. */
  readonly levels?: number;
}

/** A page still to be visited, and the range of keys that may be below it. */
interface Pending {
  readonly page: bigint;
  readonly depth: number;
  readonly low: Buffer | undefined;
  readonly high: Buffer | undefined;
}

/** Walks over the pages of a tree in the order of its keys and checks them, but not below a broken page. */
export class TreeWalk {
  readonly #file: LmdbFile;
  readonly #meta: Meta;
  readonly #tree: Tree;
  readonly #options: WalkOptions;

  constructor(file: LmdbFile, meta: Meta, tree: Tree, options: WalkOptions) {
    this.#file = file;
    this.#meta = meta;
    this.#tree = tree;
    this.#options = options;
  }

  *visits(): Generator<Visit> {
    if (this.#tree.root === noPage) return;
    const pending: Pending[] = [{ page: this.#tree.root, depth: 1, low: undefined, high: undefined }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const page = this.#read(next);
      if (typeof page === 'string') {
        const damages = [{ page: next.page, what: page }];
        yield { kind: 'broken', depth: next.depth, entries: 0, damages, behind: next.high };
      } else if (page.kind === 'branch') {
        if (next.depth < (this.#options.levels ?? Number.POSITIVE_INFINITY))
          pending.push(...this.#childrenOf(page.children, next).reverse());
        yield { kind: 'branch', depth: next.depth, entries: 0, damages: [] };
      } else yield* this.#visitsOf(page.nodes, next);
    }
  }

  /** The visits of a leaf page's entries. */
  *#visitsOf(all: readonly LeafNode[], { page, depth, high }: Pending): Generator<Visit> {
    const { from, compareKeys } = this.#options;
    const nodes = from ? all.filter(({ key }) => compareKeys(key, from) >= 0) : all;
    let [damages, entries, bytes]: [Damage[], number, number] = [[], 0, 0];
    for (const [i, node] of nodes.entries()) {
      const damage = this.#options.isIntact && this.#damageOf(node, page);
      if (damage) damages.push(damage);
      entries += 1;
      bytes += node.valueBytes;
      const next = nodes[i + 1];
      if (bytes < partBytes || !next) continue;
      yield { kind: 'part', depth, entries, damages, behind: next.key };
      [damages, entries, bytes] = [[], 0, 0];
    }
    yield { kind: 'leaf', depth, entries, damages, behind: high };
  }

  /** A page, or what is wrong with it. */
  #read({ page: number, depth, low, high }: Pending): Page | string {
    if (number < 2n || number > this.#meta.lastPage) return 'is not in the file';
    const bytes = this.#bytesOf(number, 1);
    if (!bytes) return 'is missing';
    const page = readPage(bytes, number);
    if (!page) return 'is broken';
    if (page.txnId > this.#meta.txnId) return 'is newer than the database';
    if ((page.kind === 'leaf') !== (depth === this.#tree.depth)) return 'stands at the wrong depth';
    if (this.#options.claim?.(number, 1) === false) return 'is used twice';
    const keys = page.kind === 'leaf' ? page.nodes.map(({ key }) => key) : keysBetween(page.children);
    return this.#areInOrder(keys, low, high) ? page : 'has keys that are out of order';
  }

  #areInOrder(keys: readonly Buffer[], low: Buffer | undefined, high: Buffer | undefined): boolean {
    const { compareKeys } = this.#options;
    for (let i = 1; i < keys.length; i += 1) {
      if (compareKeys(keys[i - 1] as Buffer, keys[i] as Buffer) >= 0) return false;
    }
    const [first, last] = [keys[0], keys.at(-1)];
    if (low && first && compareKeys(low, first) > 0) return false;
    return !(high && last && compareKeys(last, high) >= 0);
  }

  /** The pages below a branch page that are to be visited. */
  #childrenOf(children: readonly Child[], { depth, low, high }: Pending): Pending[] {
    const { from, compareKeys } = this.#options;
    const pending = children.map((child, i) => ({
      page: child.page,
      depth: depth + 1,
      low: i === 0 ? low : child.key,
      high: children[i + 1]?.key ?? high,
    }));
    return from ? pending.filter(({ high }) => !high || compareKeys(high, from) > 0) : pending;
  }

  #damageOf(node: LeafNode, page: bigint): Damage | undefined {
    const { key } = node;
    if (Buffer.isBuffer(node.value)) return this.#damageOfValue(key, node.value, page);
    const { page: first, pages } = node.value;
    const isInFile = first >= 2n && pages >= 1 && first + BigInt(pages) - 1n <= this.#meta.lastPage;
    const bytes = isInFile ? this.#bytesOf(first, pages) : undefined;
    const value = bytes && readOverflow(bytes, node.value, node.valueBytes);
    if (!value) return { page, key, what: 'leads to pages that do not hold its value' };
    if (this.#options.claim?.(first, pages) === false) return { page: first, key, what: 'is used twice' };
    return this.#damageOfValue(key, value, first);
  }

  #damageOfValue(key: Buffer, value: Buffer, page: bigint): Damage | undefined {
    return this.#options.isIntact?.(key, value) === false
      ? { page, key, what: 'does not match its checksum' }
      : undefined;
  }

  #bytesOf(page: bigint, pages: number): Buffer | undefined {
    const { pageSize } = this.#meta;
    return this.#file.read(Number(page) * pageSize, pages * pageSize);
  }
}

/** The keys of a branch page: its first node has none. */
const keysBetween = (children: readonly Child[]): Buffer[] => children.slice(1).map(({ key }) => key);
