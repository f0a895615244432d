import { decode } from '../bson/raw.ts';
import type { Document, Value } from '../bson/types.ts';
import { unseal } from './checksum.ts';
import { describeKey, type TableNames } from './describe-key.ts';
import { catalogRange, idOfCatalogKey } from './layout.ts';
import { LmdbFile, readHeaders } from './lmdb-file.ts';
import type { Meta, Tree } from './lmdb-meta.ts';
import { type Damage, TreeWalk, type WalkOptions } from './lmdb-walk.ts';
import { formatKey, isPlain } from './plain-values.ts';

/** What a check of the whole file has found. */
export interface FileReport {
  readonly entries: number;
  readonly pages: number;
  /** What is damaged, a sentence each; no more than a hundred. */
  readonly damages: readonly string[];
}

const mostDamages = 100;
/** Levels of the trees that are read before LMDB maps the file: some hundred pages, whatever its size. */
const levelsAtStart = 2;

/** The free pages' tree has the numbers of transactions as keys. */
function compareNumbers(a: Buffer, b: Buffer): number {
  if (a.length !== 8 || b.length !== 8) return 1;
  const [left, right] = [a.readBigUInt64LE(0), b.readBigUInt64LE(0)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The names of collections and indexes, picked up from the catalog as it passes by: its keys come first. */
class NamesSeen implements TableNames {
  readonly #collections = new Map<number, string>();
  readonly #indexes = new Map<number, string>();
  readonly #definitions = catalogRange('c');

  note(key: Buffer, definition: Buffer): void {
    const { start, end } = this.#definitions;
    if (Buffer.compare(key, start) < 0 || Buffer.compare(key, end) >= 0) return;
    const { ns, indexes } = decode(definition);
    this.#collections.set(idOfCatalogKey(key), String(ns));
    for (const index of indexes as Value[]) {
      const { id, spec } = index as Document;
      this.#indexes.set(Number(String(id)), `${String((spec as Document).name)} of ${String(ns)}`);
    }
  }

  nameOfCollection(id: number): string | undefined {
    return this.#collections.get(id);
  }

  nameOfIndex(id: number): string | undefined {
    return this.#indexes.get(id);
  }
}

/** Which pages belong to the trees already. */
class PageClaims {
  readonly #isTaken: Uint8Array;

  constructor(lastPage: bigint) {
    this.#isTaken = new Uint8Array(Number(lastPage) + 1);
  }

  claim(page: bigint, pages: number): boolean {
    const [from, to] = [Number(page), Number(page) + pages];
    if (this.#isTaken.subarray(from, to).includes(1)) return false;
    this.#isTaken.fill(1, from, to);
    return true;
  }
}

class FileCheck {
  readonly #file: LmdbFile;
  readonly #names = new NamesSeen();
  #acceptsPlain = false;
  readonly damages: string[] = [];

  constructor(file: LmdbFile) {
    this.#file = file;
  }

  /** Whether a value is what was stored. */
  isIntact(key: Buffer, stored: Buffer): boolean {
    if (key.equals(formatKey)) this.#acceptsPlain = isPlain(key, stored);
    const value = unseal(key, stored);
    if (value) this.#names.note(key, value);
    else if (!this.#acceptsPlain || !isPlain(key, stored)) return false;
    else this.#names.note(key, stored);
    return true;
  }

  /** Checks a tree, and returns how many pages and entries it has. */
  run(meta: Meta, tree: Tree, options: WalkOptions) {
    const found = { depth: 0, branchPages: 0, leafPages: 0, entries: 0 };
    for (const visit of new TreeWalk(this.#file, meta, tree, options).visits()) {
      found.depth = Math.max(found.depth, visit.depth);
      found.entries += visit.entries;
      if (visit.kind === 'branch') found.branchPages += 1;
      if (visit.kind === 'leaf') found.leafPages += 1;
      for (const damage of visit.damages) this.damages.push(this.#sentenceOf(damage));
      if (this.damages.length >= mostDamages) break;
    }
    return found;
  }

  #sentenceOf({ page, key, what }: Damage): string {
    return key ? `${describeKey(key, this.#names)} on page ${page} ${what}` : `page ${page} ${what}`;
  }
}

function checkTrees(check: FileCheck, meta: Meta): { entries: number; pages: number } {
  const claims = new PageClaims(meta.lastPage);
  const claim = (page: bigint, pages: number): boolean => claims.claim(page, pages);
  const free = check.run(meta, meta.free, { compareKeys: compareNumbers, isIntact: () => true, claim });
  const isIntact = (key: Buffer, value: Buffer): boolean => check.isIntact(key, value);
  const main = check.run(meta, meta.main, { compareKeys: Buffer.compare, isIntact, claim });
  for (const [found, tree] of [
    [free, meta.free],
    [main, meta.main],
  ] as const) {
    const agrees =
      found.depth === tree.depth &&
      found.branchPages === tree.branchPages &&
      found.leafPages === tree.leafPages &&
      found.entries === tree.entries;
    if (!agrees && check.damages.length === 0) check.damages.push('its header tells of another tree');
  }
  return { entries: main.entries, pages: main.branchPages + main.leafPages };
}

/** Opens a file whose headers are sound, or says what is wrong with them. */
function openSound(path: string): { file: LmdbFile; meta: Meta } | string {
  const file = new LmdbFile(path);
  const meta = readHeaders(file);
  if (typeof meta !== 'string') return { file, meta };
  file.close();
  return meta;
}

/**
 * Reads a whole LMDB file that nobody has open, and checks that its pages make the trees that its headers describe, that
 * no page is used twice, and that every value matches its checksum. Only reads.
 */
export function checkFile(path: string): FileReport {
  const opened = openSound(path);
  if (typeof opened === 'string') return { entries: 0, pages: 0, damages: [opened] };
  const { file, meta } = opened;
  try {
    const check = new FileCheck(file);
    const { entries, pages } = checkTrees(check, meta);
    return { entries, pages, damages: check.damages };
  } finally {
    file.close();
  }
}

/**
 * What is wrong with an LMDB file, as far as its headers, its length and the upper levels of its trees show it, or
 * undefined: enough for LMDB to open it, and quick whatever its size. Only reads.
 */
export function findDamageAtStart(path: string): string | undefined {
  const opened = openSound(path);
  if (typeof opened === 'string') return opened;
  const { file, meta } = opened;
  try {
    // Pages that are missing at the end may never have been used; if they were, LMDB must not look for them.
    const isWhole = file.size >= (Number(meta.lastPage) + 1) * meta.pageSize;
    if (!isWhole) return checkFile(path).damages[0];
    const check = new FileCheck(file);
    check.run(meta, meta.free, { compareKeys: compareNumbers, levels: levelsAtStart });
    check.run(meta, meta.main, { compareKeys: Buffer.compare, levels: levelsAtStart });
    return check.damages[0];
  } finally {
    file.close();
  }
}
