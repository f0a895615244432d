import { ErrorCode, MongoError } from '../errors.ts';
import {
  type Change,
  type ChangeKind,
  decodeEntry,
  encodeEntry,
  encodePlace,
  entryLength,
  type NotedChange,
  noUuid,
  readHeader,
} from './change-record.ts';
import { CommitWaiters, type Wait, type WaitEnded } from './commit-waiters.ts';
import { changeHorizonKey, changesKey, changesRange, encodeOpTime, timeOfChangesKey } from './layout.ts';
import { type OpTime, startOfSecond } from './op-time.ts';
import { RecentEntries, type RecentEntry } from './recent-entries.ts';
import type { Entry, Store, Writer } from './store.ts';

/** How much the log keeps. The newest entry always stays. */
export interface ChangeLogBounds {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export const defaultChangeLogBounds: ChangeLogBounds = {
  maxBytes: 256 * 1024 * 1024,
  maxAgeMs: 24 * 60 * 60_000,
};

/** Where a change is made: in a collection, or in a database without a UUID. */
interface Place {
  readonly ns: string;
  readonly uuid?: string;
}

/** The changes of a large transaction are split into entries of this size. */
const entryBytes = 64 * 1024;

/** What is read at once, in bytes: little at first, because many readers take only a few changes. */
const firstBlockBytes = 32 * 1024;
const largestBlockBytes = 1024 * 1024;
const mostEntries = 1024;

/** One transaction removes at most this many entries; `prune` reads no more than this much to find them. */
const mostRemoved = 100;
const readToPruneBytes = 1024 * 1024;

/**
 * Everything that changed, in order, for change streams. A transaction's changes are collected while it runs and
 * written at its end, inside it, as one entry if they are not too large: the log contains what is committed, and
 * nothing else.
 *
 * Its times are the server's logical clock: every change has a unique one, and they never go backwards.
 */
export class ChangeLog {
  readonly #store: Store;
  readonly #clock: () => Date;
  readonly #bounds: ChangeLogBounds;
  readonly #waiters = new CommitWaiters(() => this.#last);
  readonly #places = new WeakMap<Place, Buffer>();
  readonly #recent = new RecentEntries();
  /** What the current transaction has written. */
  #flushed: RecentEntry[] = [];
  #noted: NotedChange[] = [];
  #touched = new Set<string>();
  #last: OpTime = 0n;
  /** Like `#last`, including what the current transaction has written. */
  #written: OpTime = 0n;
  #horizon: OpTime = -1n;
  /** Like `#horizon`, including what the current transaction has removed. */
  #nextHorizon: OpTime = -1n;
  /** How many bytes the log has received, and how many of them it has removed. */
  #endBytes = 0;
  #startBytes = 0;
  #pruning: Promise<void> | undefined;
  #isClosed = false;

  constructor(store: Store, clock: () => Date, bounds: ChangeLogBounds = defaultChangeLogBounds) {
    this.#store = store;
    this.#clock = clock;
    this.#bounds = bounds;
    this.load();
  }

  /** The time of the last change that is on stable storage; before the first one, the time of the start. */
  get last(): OpTime {
    return this.#last;
  }

  /** The time of the last change that was removed: everything after it is there. */
  get horizon(): OpTime {
    return this.#horizon;
  }

  /**
   * Records a change to be written with the current group; inside a write job, along with the write itself. `alsoIn`
   * is another namespace that it concerns.
   */
  note(kind: ChangeKind, place: Place, body: Buffer, alsoIn?: string): void {
    this.#noted.push({ kind, place: this.#encoded(place), body });
    this.#touched.add(place.ns);
    if (alsoIn !== undefined) this.#touched.add(alsoIn);
  }

  /**
   * Writes what was recorded, and removes what no longer fits; at the end of a group, in its transaction. The log needs
   * no transactions of its own to stay within its size.
   */
  flush(writer: Writer): void {
    if (this.#noted.length === 0) return;
    const wallMs = this.#clock().getTime();
    const older = { start: changesRange.start, end: changesKey(this.#nextTime(wallMs)) };
    for (let start = 0; start < this.#noted.length; ) {
      const count = entryLength(this.#noted, start, entryBytes);
      const changes = this.#noted.slice(start, start + count);
      const first = this.#nextTime(wallMs);
      const entry = { key: changesKey(first), value: encodeEntry(changes, this.#endBytes, wallMs) };
      writer.put(entry.key, entry.value);
      this.#flushed.push({ ...entry, follows: this.#written });
      this.#endBytes += entry.value.length;
      this.#written = first + BigInt(count - 1);
      start += count;
    }
    this.#noted = [];
    const excessBytes = this.#excessBytes();
    if (excessBytes > 0)
      this.#remove(writer, this.#store.read(older, { limit: mostRemoved, maxBytes: excessBytes }));
  }

  /** Announces what `flush` wrote, once it is on stable storage. */
  publish(): void {
    this.#horizon = this.#nextHorizon;
    if (this.#written === this.#last) return;
    this.#recent.add(this.#flushed);
    this.#flushed = [];
    const touched = this.#touched;
    this.#touched = new Set();
    // Those who are woken continue in a later turn, when the time below has moved on.
    this.#waiters.wake(touched);
    this.#last = this.#written;
  }

  /** Reads from disk where the log begins and ends, at the start and after a failed transaction. */
  load(): void {
    this.#noted = [];
    this.#flushed = [];
    this.#recent.clear();
    this.#touched.clear();
    this.#horizon = this.#store.get(changeHorizonKey)?.readBigUInt64BE(0) ?? -1n;
    this.#nextHorizon = this.#horizon;
    const [first] = this.#store.read(changesRange, { limit: 1 });
    const [last] = this.#store.read(changesRange, { limit: 1, reverse: true });
    this.#last = last ? lastTimeOf(last) : startOfSecond(this.#clock().getTime());
    this.#written = this.#last;
    this.#endBytes = last ? readHeader(last.value).endBytes : 0;
    this.#startBytes = first ? readHeader(first.value).endBytes - first.value.length : this.#endBytes;
  }

  /** Throws ChangeStreamHistoryLost (286) if something from this time on was removed. */
  checkHistory(from: OpTime): void {
    if (from > this.#horizon) return;
    throw new MongoError(
      ErrorCode.ChangeStreamHistoryLost,
      'Resume of change stream was not possible, as the resume point may no longer be in the oplog.',
      { errorLabels: ['NonResumableChangeStreamError'] },
    );
  }

  /** The change that has this time, if there is one. */
  find(time: OpTime): Change | undefined {
    for (const change of this.read(time)) return change.time === time ? change : undefined;
    return undefined;
  }

  /**
   * The changes from this time on, as far as they are committed. Throws ChangeStreamHistoryLost (286) where some of
   * them were removed, also while it is being read.
   */
  *read(from: OpTime): Generator<Change> {
    let blockBytes = firstBlockBytes;
    for (let position = from; position <= this.#last; ) {
      this.checkHistory(position);
      const block = this.#recent.since(position) ?? this.#readBlock(position, blockBytes);
      blockBytes = Math.min(blockBytes * 4, largestBlockBytes);
      for (const { key, value } of block) {
        for (const change of decodeEntry(value, timeOfChangesKey(key)))
          if (change.time >= position) yield change;
      }
      const end = block.at(-1);
      if (!end) return;
      position = lastTimeOf(end) + 1n;
    }
  }

  /** Waits for a commit that concerns the caller. */
  wait(wait: Wait): Promise<WaitEnded> {
    return this.#waiters.wait(wait);
  }

  /** Ends all waits; resolves when nothing is written in the background any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiters.close();
    await this.#pruning;
  }

  /** Removes what is too old or no longer fits. If that fails (a full disk), the next time makes up for it. */
  prune(): Promise<void> {
    this.#pruning ??= this.#prune().finally(() => {
      this.#pruning = undefined;
    });
    return this.#pruning;
  }

  async #prune(): Promise<void> {
    let isMore = true;
    while (isMore && !this.#isClosed) {
      isMore = await this.#store.write((writer) => this.#removeOldest(writer)).catch(() => false);
    }
  }

  #encoded(place: Place): Buffer {
    const known = this.#places.get(place);
    if (known) return known;
    const uuid = place.uuid === undefined ? noUuid : Buffer.from(place.uuid.replaceAll('-', ''), 'hex');
    const encoded = encodePlace(place.ns, uuid);
    this.#places.set(place, encoded);
    return encoded;
  }

  /** The time of the next change: that of the clock, unless the log is ahead of it. */
  #nextTime(wallMs: number): OpTime {
    const now = startOfSecond(wallMs) + 1n;
    return now > this.#written ? now : this.#written + 1n;
  }

  #readBlock(from: OpTime, maxBytes: number): Entry[] {
    const behind = changesKey(from + 1n);
    const [before] = this.#store.read(
      { start: changesRange.start, end: behind },
      { limit: 1, reverse: true },
    );
    // An entry that begins earlier may hold changes of this time and later.
    const start = before && lastTimeOf(before) >= from ? before.key : behind;
    return this.#store.read({ start, end: changesKey(this.#last + 1n) }, { limit: mostEntries, maxBytes });
  }

  /** How many bytes the log has more than it may. */
  #excessBytes(): number {
    return this.#endBytes - this.#startBytes - this.#bounds.maxBytes;
  }

  /** Removes some of the entries that are too old or no longer fit. Returns whether there may be more. */
  #removeOldest(writer: Writer): boolean {
    const oldestMs = this.#clock().getTime() - this.#bounds.maxAgeMs;
    const limits = { limit: mostRemoved, maxBytes: readToPruneBytes };
    // The newest entry is never removed: the log's clock is read from it.
    const [newest] = this.#store.read(changesRange, { limit: 1, reverse: true });
    const older = { start: changesRange.start, end: newest?.key ?? changesRange.start };
    const oldest = this.#store.read(older, limits);
    const isWanted = ({ value }: Entry): boolean => {
      const { endBytes, wallMs } = readHeader(value);
      return wallMs >= oldestMs && this.#endBytes - endBytes + value.length <= this.#bounds.maxBytes;
    };
    const firstKept = oldest.findIndex(isWanted);
    this.#remove(writer, firstKept < 0 ? oldest : oldest.slice(0, firstKept));
    return firstKept < 0 && oldest.length > 0;
  }

  /** Removes the oldest entries; inside a write job. */
  #remove(writer: Writer, oldest: readonly Entry[]): void {
    const last = oldest.at(-1);
    if (!last) return;
    for (const { key } of oldest) writer.remove(key);
    this.#startBytes = readHeader(last.value).endBytes;
    this.#nextHorizon = lastTimeOf(last);
    writer.put(changeHorizonKey, encodeOpTime(this.#nextHorizon));
  }
}

const lastTimeOf = ({ key, value }: Entry): OpTime =>
  timeOfChangesKey(key) + BigInt(readHeader(value).count - 1);
