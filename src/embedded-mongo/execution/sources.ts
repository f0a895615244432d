import type { Access, IndexAccess } from '../planner/plan.ts';
import type { Collection } from '../storage/catalog.ts';
import {
  decodeRecordId,
  documentKey,
  documentsPrefix,
  prefixEnd,
  type RecordId,
  recordIdOfDocumentKey,
} from '../storage/layout.ts';
import type { Entry, Store } from '../storage/store.ts';
import { type EntryReader, KeyReader, RangeReader } from './range-reader.ts';

/** The cost of reading, as `explain` reports it. */
export interface ReadStats {
  keysExamined: number;
  docsExamined: number;
}

/** A document that may match. `bytes` is set if the access reads documents anyway. */
export interface Candidate {
  readonly recordId: RecordId;
  readonly bytes?: Buffer;
}

/** Returns candidates one at a time, without waiting. */
export interface Source {
  /**
   * 'skip' if a step found none: there may be many empty ranges and repeated entries, and others want to run in
   * between.
   */
  next(): Candidate | 'skip' | undefined;
  /** Forgets what was read ahead; called when others may have written. */
  release(): void;
}

function collectionSource(
  store: Store,
  collection: Collection,
  isReverse: boolean,
  stats: ReadStats,
): Source {
  const start = documentsPrefix(collection.id);
  const reader = new RangeReader(store, { start, end: prefixEnd(start) }, isReverse);
  return {
    next: () => {
      const entry = reader.next();
      if (!entry) return undefined;
      stats.docsExamined += 1;
      return { recordId: recordIdOfDocumentKey(entry.key), bytes: entry.value };
    },
    release: () => reader.release(),
  };
}

/** Reads ranges one after another. */
function chained(readers: readonly EntryReader[], stats: ReadStats): Source {
  let current = 0;
  return {
    next: () => {
      const reader = readers[current];
      if (!reader) return undefined;
      const entry = reader.next();
      if (!entry) {
        current += 1;
        return 'skip';
      }
      stats.keysExamined += 1;
      return { recordId: decodeRecordId(entry.value) };
    },
    release: () => readers[current]?.release(),
  };
}

interface Head {
  reader: EntryReader;
  /** Where the part of the key that the merge compares begins. */
  from: number;
  entry: Entry | undefined;
}

/** Reads ranges side by side, so that the parts of their keys after the fixed fields come in order. */
function merged(heads: Head[], isReverse: boolean, stats: ReadStats): Source {
  const sign = isReverse ? -1 : 1;
  let isStarted = false;
  const isBefore = (a: Head, b: Head): boolean => {
    if (!b.entry) return true;
    if (!a.entry) return false;
    return sign * Buffer.compare(a.entry.key.subarray(a.from), b.entry.key.subarray(b.from)) < 0;
  };
  return {
    next: () => {
      if (!isStarted) for (const head of heads) head.entry = head.reader.next();
      isStarted = true;
      let best = heads[0];
      for (const head of heads) if (best && head !== best && isBefore(head, best)) best = head;
      const entry = best?.entry;
      if (!best || !entry) return undefined;
      stats.keysExamined += 1;
      best.entry = best.reader.next();
      return { recordId: decodeRecordId(entry.value) };
    },
    release: () => {
      for (const head of heads) head.reader.release();
    },
  };
}

/** Lets every document through only once. */
function distinct(source: Source): Source {
  const seen = new Set<RecordId>();
  return {
    next: () => {
      const candidate = source.next();
      if (!candidate || candidate === 'skip') return candidate;
      if (seen.has(candidate.recordId)) return 'skip';
      seen.add(candidate.recordId);
      return candidate;
    },
    release: () => source.release(),
  };
}

function sequence(sources: readonly Source[]): Source {
  let current = 0;
  return {
    next: () => {
      const source = sources[current];
      if (!source) return undefined;
      const candidate = source.next();
      if (candidate) return candidate;
      current += 1;
      return 'skip';
    },
    release: () => sources[current]?.release(),
  };
}

/** The ranges of a scan, to be compared by what follows the first fields of their keys. */
function headsOf(store: Store, { scan, order }: IndexAccess, fixedFields: number): Head[] {
  // If all fields of a unique index are points, the start of a range is the key of the only possible entry.
  const isSingle = scan.index.unique && scan.pointFields === scan.index.fields.length;
  return scan.ranges.map((range) => ({
    reader: isSingle ? new KeyReader(store, range.start) : new RangeReader(store, range, order.isReverse),
    from: fixedFields > 0 ? (range.pointLengths[fixedFields - 1] ?? 0) : 0,
    entry: undefined,
  }));
}

function indexSource(store: Store, access: IndexAccess, stats: ReadStats): Source {
  const { scan, order } = access;
  const readers = headsOf(store, access, order.mergedFields);
  if (order.mergedFields > 0) return distinct(merged(readers, order.isReverse, stats));
  const inOrder = readers.map(({ reader }) => reader);
  const source = chained(order.isReverse ? inOrder.reverse() : inOrder, stats);
  return scan.index.arrayPaths.size > 0 ? distinct(source) : source;
}

/** The candidates of an access, in its order, each document once. */
export function openSource(store: Store, collection: Collection, access: Access, stats: ReadStats): Source {
  switch (access.kind) {
    case 'eof':
      return sequence([]);
    case 'collection':
      return collectionSource(store, collection, access.isReverse, stats);
    case 'index':
      return indexSource(store, access, stats);
    case 'union':
      return distinct(
        sequence(access.branches.map((branch) => openSource(store, collection, branch, stats))),
      );
    case 'orderedUnion': {
      const heads = access.branches.flatMap((branch) => headsOf(store, branch, branch.scan.pointFields));
      return distinct(merged(heads, access.isReverse, stats));
    }
  }
}

/**
 * A candidate's bytes; undefined if it has been deleted since the index was read.
 * @param read `peek` if they are of no use after the next read from the store.
 */
export function bytesOf(
  store: Store,
  collection: Collection,
  candidate: Candidate,
  stats: ReadStats,
  read: 'get' | 'peek',
): Buffer | undefined {
  if (candidate.bytes) return candidate.bytes;
  stats.docsExamined += 1;
  return store[read](documentKey(collection.id, candidate.recordId));
}
