import { type Batches, collect, inOneBatch, type PageOf } from '../../domain/paging.ts';

/** The ids of what is on a page, in its order, and how many there are in all. */
export interface FoundIds {
  readonly ids: readonly string[];
  readonly total: number;
}

/** A table in memory, and the documents that its rows were made from. */
export interface VerifiedSource<T> {
  /** Finds a page in the table. */
  readonly find: () => Promise<FoundIds>;
  /** Reads those of the documents that are there and match, in the order of their ids. */
  readonly read: (ids: readonly string[]) => Batches<T>;
  /** Reads documents again into the table. */
  readonly refresh: (ids: readonly string[]) => Promise<void>;
}

/** Larger pages are not read at once to be tested. */
const verifiedAtMost = 100;
const maxRepairs = 2;

/**
 * Finds a page in a table, and reads its documents. If one no longer exists or no longer matches, it is read again into
 * the table, and the page is found again. A page that is too large for that in memory is tested while it is read.
 */
export async function findVerified<T extends { readonly _id: string }>({
  find,
  read,
  refresh,
}: VerifiedSource<T>): Promise<PageOf<T>> {
  for (let attempt = 0; ; attempt += 1) {
    const { ids, total } = await find();
    if (ids.length > verifiedAtMost) return { items: read(ids), total };
    const verified = await collect(read(ids));
    const missing = ids.length - verified.length;
    if (missing === 0 || attempt === maxRepairs)
      return { items: inOneBatch(verified), total: total - missing };
    const valid = new Set(verified.map(({ _id }) => _id));
    await refresh(ids.filter((id) => !valid.has(id)));
  }
}
