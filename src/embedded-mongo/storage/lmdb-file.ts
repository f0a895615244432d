import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { belongTogether, type Meta, readMeta } from './lmdb-meta.ts';

const metaBytes = 4096;

/** An LMDB file, read without LMDB, which maps it and trusts what it finds. */
export class LmdbFile {
  readonly #descriptor: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
  }

  get size(): number {
    return fstatSync(this.#descriptor).size;
  }

  /** Bytes of the file; undefined where it ends before them. */
  read(offset: number, length: number): Buffer | undefined {
    const bytes = Buffer.allocUnsafe(length);
    return readSync(this.#descriptor, bytes, 0, length, offset) === length ? bytes : undefined;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** The newer one of the file's two headers, or what is wrong with them. */
export function readHeaders(file: LmdbFile): Meta | string {
  const first = readMeta(file.read(0, metaBytes));
  if (!first) return 'its header is not that of a database';
  const second = readMeta(file.read(first.pageSize, metaBytes));
  if (!second) return 'its second header is not that of a database';
  if (!belongTogether(first, second)) return 'its headers contradict each other';
  return second.txnId > first.txnId ? second : first;
}
