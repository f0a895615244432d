import { Binary, Int32, Long } from 'bson';
import { decode, encode } from '../bson/raw.ts';
import type { Document } from '../bson/types.ts';
import { ErrorCode, MongoError } from '../errors.ts';
import { retryRecordKey, retryRecordRange } from './layout.ts';
import type { Store, Writer } from './store.ts';

/** Sessions are forgotten when unused for as long as `hello` says (`logicalSessionTimeoutMinutes`). */
export const sessionTimeoutMinutes = 30;
const maxRecords = 50_000;

interface SessionRecord {
  txnNumber: bigint;
  usedAt: number;
  /** What statements answered. An insert answers nothing of its own. */
  results: Map<number, Document | undefined>;
}

/** What a retryable write command has done already, by statement. */
export interface Statements {
  /** Whether the statement has been done. */
  has(statement: number): boolean;
  /** What the statement answered when it was done. */
  recall(statement: number): Document | undefined;
  /** Notes that a statement is being done, and what it answers. */
  record(statement: number, result?: Document): void;
  /** Stores what was noted, in the transaction that does it. */
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
 * and answers the same. One record a session, kept with the data, so that it outlives a restart.
 */
export class RetryLog {
  readonly #store: Store;
  readonly #clock: () => Date;
  readonly #sessions = new Map<string, SessionRecord>();

  constructor(store: Store, clock: () => Date) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * The record of a command's statements, to be used inside write jobs: so of two that are sent at once the second
   * finds what the first did. Throws TransactionTooOld (225) if the session has gone on since.
   */
  statementsOf(body: Document): Statements {
    const { txnNumber } = body;
    const session = sessionOf(body);
    if (txnNumber === undefined || !session) return unrecorded;
    const number = BigInt(String(txnNumber));
    const usedAt = this.#clock().getTime();
    const current = (): SessionRecord => {
      const known = this.#sessions.get(session.toString('latin1')) ?? this.#read(session);
      if (known && known.txnNumber > number) throw tooOld(number, known.txnNumber);
      return known?.txnNumber === number ? known : { txnNumber: number, usedAt, results: new Map() };
    };
    // Nothing is kept but in the log: what a transaction notes that fails is forgotten with it.
    const record = (statement: number, result?: Document): void => {
      const noted = current();
      noted.results.set(statement, result);
      this.#sessions.set(session.toString('latin1'), noted);
    };
    current();
    return {
      has: (statement) => current().results.has(statement),
      recall: (statement) => current().results.get(statement),
      record,
      save: (writer) => this.#write(writer, session, current()),
    };
  }

  /** Forgets sessions that their client ended. */
  async end(sessions: readonly Buffer[]): Promise<void> {
    const known = sessions.filter((session) => this.#sessions.has(session.toString('latin1')));
    if (known.length === 0) return;
    await this.#store.write((writer) => this.#forget(writer, known));
  }

  /** Forgets sessions that were not used for long, and the oldest of too many. */
  async prune(): Promise<void> {
    const oldest = this.#clock().getTime() - sessionTimeoutMinutes * 60_000;
    const all = this.#store
      .read(retryRecordRange, { limit: Number.MAX_SAFE_INTEGER })
      .map(({ key, value }) => ({ session: key.subarray(1), usedAt: Number(String(decode(value).usedAt)) }))
      .sort((a, b) => b.usedAt - a.usedAt);
    const old = all
      .filter(({ usedAt }, i) => i >= maxRecords || usedAt < oldest)
      .map(({ session }) => session);
    if (old.length > 0) await this.#store.write((writer) => this.#forget(writer, old));
  }

  /** Drops what is in memory: a transaction failed, and disk knows better. */
  reset(): void {
    this.#sessions.clear();
  }

  #forget(writer: Writer, sessions: readonly Buffer[]): void {
    for (const session of sessions) {
      this.#sessions.delete(session.toString('latin1'));
      writer.remove(retryRecordKey(session));
    }
  }

  #read(session: Buffer): SessionRecord | undefined {
    const bytes = this.#store.get(retryRecordKey(session));
    if (!bytes) return undefined;
    const stored = decode(bytes);
    const results: SessionRecord['results'] = new Map();
    for (let i = 0; i < Number(String(stored.leading)); i += 1) results.set(i, undefined);
    for (const entry of stored.results as Document[]) {
      results.set(Number(String(entry.s)), entry.r as Document | undefined);
    }
    const { txnNumber, usedAt } = stored;
    return { txnNumber: BigInt(String(txnNumber)), usedAt: Number(String(usedAt)), results };
  }

  #write(writer: Writer, session: Buffer, record: SessionRecord): void {
    this.#sessions.set(session.toString('latin1'), record);
    const { txnNumber, usedAt, results } = record;
    // The statements of an ordered insert are done from the first on: their number says it all.
    let leading = 0;
    while (results.has(leading) && results.get(leading) === undefined) leading += 1;
    const others: object[] = [];
    if (leading < results.size) {
      for (const [s, r] of results)
        if (s >= leading) others.push(r ? { s: new Int32(s), r } : { s: new Int32(s) });
    }
    writer.put(
      retryRecordKey(session),
      encode({
        txnNumber: Long.fromBigInt(txnNumber),
        usedAt: Long.fromNumber(usedAt),
        leading: new Int32(leading),
        results: others,
      }),
    );
  }
}

const tooOld = (number: bigint, newest: bigint): MongoError =>
  new MongoError(
    ErrorCode.TransactionTooOld,
    `Retryable write with txnNumber ${number} is prohibited because a newer one with txnNumber ${newest} has already started on this session.`,
  );

/** The bytes that identify a command's session. */
function sessionOf(body: Document): Buffer | undefined {
  const id = (body.lsid as Document | undefined)?.id;
  return id instanceof Binary ? Buffer.from(id.buffer.subarray(0, id.position)) : undefined;
}
