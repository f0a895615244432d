import { Binary, Int32, Long } from 'bson';
import { decode, encode } from '../bson/raw.ts';
import type { Document, Value } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { keyBehind, retryRecordKey, retryRecordRange, retryResultsKey } from './layout.ts';
import { SessionUses } from './session-uses.ts';
import type { Store, Writer } from './store.ts';

/** Sessions expire when unused for as long as `hello` says (`logicalSessionTimeoutMinutes`). */
export const sessionTimeoutMinutes = 30;
const maxRecords = 50_000;
/** This many records are removed, or read from disk, in one step. */
const recordsPerStep = 500;
/** This much of the records, as stored, is kept in memory; others are read from disk on demand. */
const maxBytesInMemory = 32 * 1024 * 1024;

interface SessionRecord {
  readonly txnNumber: Long;
  readonly usedAt: number;
  /** The statements' results. An insert has none. */
  readonly results: Map<number, Document | undefined>;
  /** The statements recorded since the record was last stored. */
  unsaved: number[];
  /** What the first transaction of the command recorded; later ones have their own `parts`. */
  first: readonly Run[] | undefined;
  parts: number;
  /** How many bytes of it were stored. */
  bytes: number;
  /** The parts left by the session's previous command. */
  readonly obsoleteParts: number;
}

/** Consecutive statements without a result, or one with its result, as stored. */
interface Run {
  /** The first statement. */
  readonly s: number;
  /** How many. */
  n: number;
  readonly r?: Document;
}

/** The statements that a retryable write command has done already. */
export interface Statements {
  /** Whether the statement has been done. */
  has(statement: number): boolean;
  /** The statement's result from when it was done. */
  recall(statement: number): Document | undefined;
  /** Records that a statement is being done, and its result. */
  record(statement: number, result?: Document): void;
  /** Stores what was noted since the last time, in the transaction that does it. */
  save(writer: Writer): void;
}

/** For commands without a transaction number. */
const unrecorded: Statements = {
  has: () => false,
  recall: () => undefined,
  record: () => undefined,
  save: () => undefined,
};

/**
 * Remembers retryable writes, so that a command that is sent again with the same `lsid` and `txnNumber` does nothing
 * and gets the same answer. There is one record per session, stored with the data, so that it survives a restart.
 */
export class RetryLog {
  readonly #store: Store;
  readonly #clock: () => Date;
  /** The most recently used records, the latest at the end. */
  readonly #sessions = new Map<string, SessionRecord>();
  #latest: SessionRecord | undefined;
  readonly #uses = new SessionUses();
  #areUsesRead = false;
  #bytes = 0;

  constructor(store: Store, clock: () => Date) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * The record of a command's statements, to be used inside write jobs, so that if a command is sent twice at once,
   * the second finds what the first did. Throws TransactionTooOld (225) if the session has moved on since.
   */
  statementsOf(body: Document): Statements {
    const { txnNumber } = body;
    const session = sessionOf(body);
    if (!(txnNumber instanceof Long) || !session) return unrecorded;
    const name = session.toString('latin1');
    const usedAt = this.#clock().getTime();
    const current = (): SessionRecord => {
      const known = this.#sessions.get(name) ?? this.#read(session);
      if (known?.txnNumber.greaterThan(txnNumber)) throw tooOld(txnNumber, known.txnNumber);
      return known?.txnNumber.equals(txnNumber) ? known : freshRecord(txnNumber, usedAt, known?.parts ?? 0);
    };
    // Nothing is kept outside the log: what a failed transaction records is forgotten with it.
    const record = (statement: number, result?: Document): void => {
      const noted = current();
      noted.results.set(statement, result);
      noted.unsaved.push(statement);
      if (noted !== this.#latest) this.#keep(name, noted, 0);
    };
    current();
    return {
      has: (statement) => current().results.has(statement),
      recall: (statement) => current().results.get(statement),
      record,
      save: (writer) => {
        const noted = this.#sessions.get(name);
        if (noted && noted.unsaved.length > 0) this.#write(writer, session, noted);
      },
    };
  }

  /** Removes sessions that their client ended. */
  async end(sessions: readonly Buffer[]): Promise<void> {
    const known = sessions.filter((session) => this.#store.get(retryRecordKey(session)) !== undefined);
    if (known.length === 0) return;
    await this.#store.write((writer) => this.#forget(writer, known));
  }

  /** Removes sessions that were not used for a long time, and the oldest surplus ones, a few per transaction. */
  async prune(): Promise<void> {
    if (!this.#areUsesRead) await this.#readUses();
    const oldest = this.#clock().getTime() - sessionTimeoutMinutes * 60_000;
    const nextOutdated = () => this.#uses.outdated({ oldest, most: maxRecords, limit: recordsPerStep });
    for (let outdated = nextOutdated(); outdated.length > 0; outdated = nextOutdated()) {
      const sessions = outdated.map((session) => Buffer.from(session, 'latin1'));
      await this.#store.write((writer) => this.#forget(writer, sessions));
    }
  }

  /** Drops what is in memory: after a failed transaction, the disk is right. */
  reset(): void {
    this.#sessions.clear();
    this.#latest = undefined;
    this.#bytes = 0;
  }

  #forget(writer: Writer, sessions: readonly Buffer[]): void {
    for (const session of sessions) {
      const { parts } = this.#read(session) ?? { parts: 0 };
      removeParts(writer, session, parts);
      this.#drop(session.toString('latin1'));
      this.#uses.forget(session.toString('latin1'));
      writer.remove(retryRecordKey(session));
    }
  }

  /** Reads, once and a few at a time, when the sessions left by an earlier run were used. */
  async #readUses(): Promise<void> {
    const uses = new Map<string, number>();
    let range = retryRecordRange;
    for (let isLast = false; !isLast; ) {
      const entries = this.#store.read(range, { limit: recordsPerStep });
      for (const { key, value } of entries)
        uses.set(key.toString('latin1', 1), numberOf(decode(value).usedAt));
      range = { start: keyBehind(entries.at(-1)?.key ?? range.end), end: range.end };
      isLast = entries.length < recordsPerStep;
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#uses.addEarlier(uses);
    this.#areUsesRead = true;
  }

  /**
   * Keeps a record as the most recently used, of which so many bytes were stored, and drops others that fill the
   * memory.
   */
  #keep(session: string, record: SessionRecord, storedBytes: number): void {
    this.#uses.note(session, record.usedAt);
    this.#drop(session);
    this.#sessions.set(session, record);
    this.#latest = record;
    record.bytes += storedBytes;
    this.#bytes += record.bytes;
    for (const [oldest, each] of this.#sessions) {
      if (this.#bytes <= maxBytesInMemory || each === record) break;
      this.#drop(oldest);
    }
  }

  #drop(session: string): void {
    const record = this.#sessions.get(session);
    if (!record) return;
    this.#bytes -= record.bytes;
    this.#sessions.delete(session);
    if (record === this.#latest) this.#latest = undefined;
  }

  #read(session: Buffer): SessionRecord | undefined {
    const bytes = this.#store.get(retryRecordKey(session));
    if (!bytes) return undefined;
    const stored = decode(bytes);
    const parts = numberOf(stored.parts);
    const first = runsOf(stored);
    const runs = [...first];
    for (let part = 0; part < parts; part += 1) {
      const more = this.#store.get(retryResultsKey(session, part));
      if (more) runs.push(...runsOf(decode(more)));
    }
    const record = freshRecord(stored.txnNumber as Long, numberOf(stored.usedAt), 0);
    for (const { s, n, r } of runs) for (let i = s; i < s + n; i += 1) record.results.set(i, r);
    return Object.assign(record, { first, parts, bytes: bytes.length });
  }

  /** Stores what was noted since the last time, so that a command of many statements costs no more with each. */
  #write(writer: Writer, session: Buffer, record: SessionRecord): void {
    const runs = runsIn(record.unsaved, record.results);
    let storedBytes = 0;
    const store = (key: Buffer, part: object): void => {
      const bytes = encode(part);
      storedBytes += bytes.length;
      writer.put(key, bytes);
    };
    if (record.first) {
      store(retryResultsKey(session, record.parts), { runs });
      record.parts += 1;
    } else {
      removeParts(writer, session, record.obsoleteParts);
      record.first = runs;
    }
    record.unsaved = [];
    store(retryRecordKey(session), {
      txnNumber: record.txnNumber,
      usedAt: Long.fromNumber(record.usedAt),
      parts: new Int32(record.parts),
      runs: record.first,
    });
    this.#keep(session.toString('latin1'), record, storedBytes);
  }
}

const numberOf = (value: Value | undefined): number => Number(String(value ?? 0));

const freshRecord = (txnNumber: Long, usedAt: number, obsoleteParts: number): SessionRecord => ({
  txnNumber,
  usedAt,
  results: new Map(),
  unsaved: [],
  first: undefined,
  parts: 0,
  bytes: 0,
  obsoleteParts,
});

const runsOf = (stored: Document): Run[] =>
  (stored.runs as Document[]).map(({ s, n, r }) => ({
    s: numberOf(s),
    n: numberOf(n),
    ...(r === undefined ? {} : { r: r as Document }),
  }));

function runsIn(statements: readonly number[], results: SessionRecord['results']): Run[] {
  const runs: Run[] = [];
  for (const s of statements) {
    const r = results.get(s);
    const last = runs.at(-1);
    if (r) runs.push({ s, n: 1, r });
    else if (last && !last.r && last.s + last.n === s) last.n += 1;
    else runs.push({ s, n: 1 });
  }
  return runs;
}

function removeParts(writer: Writer, session: Buffer, parts: number): void {
  for (let part = 0; part < parts; part += 1) writer.remove(retryResultsKey(session, part));
}

const tooOld = (number: Long, newest: Long): MongoError =>
  new MongoError(
    ErrorCode.TransactionTooOld,
    `Retryable write with txnNumber ${number} is prohibited because a newer one with txnNumber ${newest} has already started on this session.`,
  );

/** The bytes that identify a command's session. Throws InvalidUUID (207) for anything invalid. */
function sessionOf(body: Document): Buffer | undefined {
  const id = (body.lsid as Document | undefined)?.id;
  if (!(id instanceof Binary)) return undefined;
  if (id.position !== 16) throw new MongoError(ErrorCode.InvalidUUID, 'uuid must be a 16-byte binary field');
  return Buffer.from(id.buffer.subarray(0, id.position));
}
