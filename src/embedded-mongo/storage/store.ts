import { open, type RootDatabase } from 'lmdb';
import { ErrorCode, MongoError } from '../errors.ts';
import { isSealed, seal, unseal } from './checksum.ts';
import { describeKey } from './describe-key.ts';
import { keyBehind } from './layout.ts';
import { formatKey, isPlain } from './plain-values.ts';

type Kv = RootDatabase<Buffer, Buffer>;

/** A stored pair. */
export interface Entry {
  key: Buffer;
  value: Buffer;
}

/** A half-open range of keys, `start` included, `end` not. */
export interface KeyRange {
  start: Buffer;
  end: Buffer;
}

/** What a write job may do. Reads see what earlier jobs in the same group wrote. */
export interface Writer {
  put(key: Buffer, value: Buffer): void;
  remove(key: Buffer): void;
}

interface Job {
  run: (writer: Writer) => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** How long a group of jobs may occupy the event loop, in milliseconds; the rest goes into the next group. */
const groupBudgetMs = 8;

/** What an action threw: a job that wants to keep what it wrote before must not throw itself. */
export function attempt(action: () => void): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The reason for a failed commit. LMDB provides it as a promise, which must not stay unhandled. */
function reasonOf(error: unknown): unknown {
  if (!(error instanceof Error && 'commitError' in error)) return error;
  Promise.resolve(error.commitError).catch(() => undefined);
  return new MongoError(ErrorCode.OutOfDiskSpace, 'The data could not be written: the disk may be full');
}

/**
 * Ordered, crash-safe key-value storage with group commit.
 *
 * Jobs run one after another, each to completion, in the order they were submitted. All jobs that are waiting when a
 * transaction begins share it and its single sync. A job's promise settles only when the transaction is on stable
 * storage: LMDB writes the pages, calls `fdatasync`, and then writes the meta page through a descriptor opened with
 * `O_DSYNC`. `overlappingSync` is off because it would report the commit earlier.
 */
export class Store {
  /** The file that contains everything. */
  readonly file: string;
  readonly #kv: Kv;
  readonly #writer: Writer;
  /** Whether there may be values without a checksum, which an earlier version has stored. */
  #acceptsPlain: boolean;
  #queue: Job[] = [];
  #running: Promise<void> | undefined;
  #broken: Error | undefined;
  #isClosed = false;
  /** Runs at the end of every group, in its transaction. */
  beforeCommit: (writer: Writer) => void = () => undefined;
  /** Runs when a group is on stable storage, before its jobs' promises settle. */
  afterCommit: () => void = () => undefined;
  /** Runs when a group could not be committed: what was derived from it must be read again. */
  afterFailure: () => void = () => undefined;
  /** Says what is stored under a key. */
  describe: (key: Buffer) => string = (key) => describeKey(key);
  /** Runs when a value is not what was written. */
  onDamage: (what: string) => void = () => undefined;

  constructor(file: string) {
    this.file = file;
    this.#kv = open<Buffer, Buffer>({
      path: file,
      noSubdir: true,
      keyEncoding: 'binary',
      encoding: 'binary',
      overlappingSync: false,
      // Groups are formed here. LMDB's own batches have a promise that cannot be reached, and its rejection (a full
      // disk) would end the process.
      eventTurnBatching: false,
      maxDbs: 1,
      maxReaders: 16,
    });
    this.#writer = {
      put: (key, value) => void this.#kv.put(key, seal(key, value)),
      remove: (key) => void this.#kv.remove(key),
    };
    const format = this.#kv.getBinary(formatKey);
    this.#acceptsPlain = format !== undefined && isPlain(formatKey, format);
  }

  /** Whether every value has a checksum. */
  get isSealed(): boolean {
    return !this.#acceptsPlain;
  }

  /** Throws DataCorruptionDetected (301), as `read` does. */
  get(key: Buffer): Buffer | undefined {
    const stored = this.#kv.getBinary(key);
    return stored && this.#intact(key, stored);
  }

  /** As `get`, but without a copy: what it gives is overwritten by the next read. */
  peek(key: Buffer): Buffer | undefined {
    const shared = this.#kv.getBinaryFast(key);
    // LMDB sets the length of the buffer that it reads into, which is longer.
    return shared && this.#intact(key, shared.subarray(0, shared.length));
  }

  /** Whether a value is what was stored under its key. */
  isIntact(key: Buffer, stored: Buffer): boolean {
    return isSealed(key, stored) || (this.#acceptsPlain && isPlain(key, stored));
  }

  /**
   * Up to `limit` pairs of a range in key order, or backwards from its end; none after the one with which their values
   * amount to `maxBytes`.
   */
  read(range: KeyRange, options: { limit: number; reverse?: boolean; maxBytes?: number }): Entry[] {
    const { start, end } = range;
    const { limit, reverse = false, maxBytes = Number.POSITIVE_INFINITY } = options;
    if (Buffer.compare(start, end) >= 0) return [];
    const found: Entry[] = [];
    let bytes = 0;
    // LMDB's reverse ranges include their start and exclude their end, so the half-open range is reversed.
    const entries = reverse
      ? this.#kv.getRange({ start: end, reverse, limit: limit + 1 })
      : this.#kv.getRange({ start, end, limit });
    for (const { key, value: stored } of entries) {
      if (reverse && Buffer.compare(key, start) < 0) break;
      if (found.length >= limit || (reverse && Buffer.compare(key, end) >= 0)) continue;
      const value = this.#intact(key, stored);
      found.push({ key, value });
      // Without its checksum: callers know from what they are given whether it ended here.
      bytes += value.length;
      if (bytes >= maxBytes) break;
    }
    return found;
  }

  /** Counts up to `limit` pairs of a range, checking each, and returns the rest of the range if there may be more. */
  count({ start, end }: KeyRange, limit: number): { count: number; rest: KeyRange | undefined } {
    if (Buffer.compare(start, end) >= 0) return { count: 0, rest: undefined };
    let count = 0;
    let last: Buffer | undefined;
    for (const { key, value } of this.#kv.getRange({ start, end, limit })) {
      if (!this.isIntact(key, value)) throw this.#damage(key);
      count += 1;
      last = key;
    }
    return { count, rest: last && count === limit ? { start: keyBehind(last), end } : undefined };
  }

  /**
   * Gives checksums to what has none in a part of the range; inside a write job. Gives the range that is left, or
   * undefined at its end.
   */
  sealPart(
    writer: Writer,
    range: KeyRange,
    limits: { limit: number; maxBytes: number },
  ): KeyRange | undefined {
    const stored: Entry[] = [];
    let bytes = 0;
    for (const entry of this.#kv.getRange({ ...range, limit: limits.limit })) {
      stored.push(entry);
      bytes += entry.value.length;
      if (bytes >= limits.maxBytes) break;
    }
    for (const { key, value } of stored) {
      if (!isSealed(key, value)) writer.put(key, this.#intact(key, value));
    }
    const last = stored.at(-1);
    return last && { start: keyBehind(last.key), end: range.end };
  }

  /** From now on, values without a checksum are refused. */
  endSealing(): void {
    this.#acceptsPlain = false;
  }

  /**
   * Calls a function while LMDB reuses no page of the newest transaction, so that the file can be read without LMDB. The
   * function must be synchronous.
   */
  whilePinned<T>(read: () => T): T {
    const transaction = this.#kv.useReadTransaction();
    try {
      return read();
    } finally {
      transaction.done();
    }
  }

  /** Runs a job in the next transaction; see the class. If the job throws, only its own promise is rejected. */
  write<T>(run: (writer: Writer) => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error('The database is closed'));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run, resolve: (value) => resolve(value as T), reject });
      this.#running ??= this.#drain();
    });
  }

  /** Waits for all jobs and closes the files. */
  async close(): Promise<void> {
    while (this.#running) await this.#running;
    this.#isClosed = true;
    await this.#kv.close();
  }

  #intact(key: Buffer, stored: Buffer): Buffer {
    const value = unseal(key, stored);
    if (value) return value;
    if (this.#acceptsPlain && isPlain(key, stored)) return stored;
    throw this.#damage(key);
  }

  #damage(key: Buffer): MongoError {
    const what = `${this.describe(key)} does not match its checksum`;
    this.onDamage(what);
    return new MongoError(ErrorCode.DataCorruptionDetected, `The data is damaged: ${what}`);
  }

  async #drain(): Promise<void> {
    // Requests that arrived with the same turn of the event loop belong to the same group.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) await this.#commitGroup();
    this.#running = undefined;
  }

  async #commitGroup(): Promise<void> {
    let settle: (() => void)[] = [];
    const taken: Job[] = [];
    this.#broken = undefined;
    try {
      await this.#kv.childTransaction(() => {
        settle = this.#runGroup(taken);
        // A job that failed between its writes must not be half applied: the whole group is rolled back.
        if (this.#broken) throw this.#broken;
      });
    } catch (error) {
      this.afterFailure();
      const reason = reasonOf(error);
      for (const job of taken) job.reject(reason);
      return;
    }
    this.afterCommit();
    for (const each of settle) each();
  }

  #runGroup(taken: Job[]): (() => void)[] {
    const settle: (() => void)[] = [];
    const until = performance.now() + groupBudgetMs;
    let job = this.#queue.shift();
    while (job) {
      taken.push(job);
      settle.push(this.#runJob(job));
      job = performance.now() < until ? this.#queue.shift() : undefined;
    }
    this.beforeCommit(this.#writer);
    return settle;
  }

  #runJob(job: Job): () => void {
    let isWriting = false;
    const writer: Writer = {
      put: (key, value) => {
        isWriting = true;
        this.#writer.put(key, value);
      },
      remove: (key) => {
        isWriting = true;
        this.#writer.remove(key);
      },
    };
    try {
      const value = job.run(writer);
      return () => job.resolve(value);
    } catch (error) {
      if (isWriting) this.#broken ??= error instanceof Error ? error : new Error(String(error));
      return () => job.reject(error);
    }
  }
}
