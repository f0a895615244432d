import { randomBytes } from 'node:crypto';
import { ErrorCode, MongoError } from '../errors.ts';
import type { Cursor } from './query-cursor.ts';

/** Cursors that have not been read from for ten minutes are closed, as in MongoDB. */
const cursorTimeoutMs = 10 * 60_000;

interface Entry {
  cursor: Cursor;
  /** What the command that opened it declared of the Stable API. */
  declaredApi: string;
  usedAt: number;
  isBusy: boolean;
  isKilled: boolean;
}

/** The open cursors that clients can read more from. */
export class CursorRegistry {
  readonly #cursors = new Map<bigint, Entry>();
  readonly #clock: () => Date;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#cursors.size;
  }

  add(cursor: Cursor, declaredApi: string): bigint {
    let id = 0n;
    while (id === 0n || this.#cursors.has(id)) id = randomBytes(8).readBigUInt64BE() >> 1n;
    const usedAt = this.#clock().getTime();
    this.#cursors.set(id, { cursor, declaredApi, usedAt, isBusy: false, isKilled: false });
    return id;
  }

  /** Whether a cursor's client may wait for more; undefined if there is no such cursor. */
  awaitsData(id: bigint): boolean | undefined {
    return this.#cursors.get(id)?.cursor.awaitsData;
  }

  /**
   * Reads from a cursor and closes it if the result of `read` says that it is done. Throws CursorNotFound
   * (43), APIMismatchError (347), and CursorInUse (143) if another `getMore` is in progress.
   */
  async use<T extends { isDone: boolean }>(
    id: bigint,
    { ns, declaredApi }: { ns: string; declaredApi: string },
    read: (cursor: Cursor) => Promise<T>,
  ): Promise<T> {
    const entry = this.#cursors.get(id);
    if (!entry) throw new MongoError(ErrorCode.CursorNotFound, `cursor id ${id} not found`);
    if (entry.cursor.ns !== ns) {
      throw new MongoError(
        ErrorCode.Unauthorized,
        `Requested getMore on namespace '${ns}', but cursor belongs to a different namespace ${entry.cursor.ns}`,
      );
    }
    if (entry.declaredApi !== declaredApi) {
      throw new MongoError(
        ErrorCode.APIMismatchError,
        `API parameter mismatch: getMore used params ${declaredApi}, the cursor-creating command used ${entry.declaredApi}`,
      );
    }
    if (entry.isBusy) throw new MongoError(ErrorCode.CursorInUse, `cursor id ${id} is already in use`);
    entry.isBusy = true;
    try {
      const result = await read(entry.cursor);
      if (result.isDone || entry.isKilled) this.#cursors.delete(id);
      return result;
    } catch (error) {
      this.#cursors.delete(id);
      throw error;
    } finally {
      entry.isBusy = false;
      entry.usedAt = this.#clock().getTime();
    }
  }

  /** Closes a cursor. Returns whether there was one. */
  kill(id: bigint): boolean {
    const entry = this.#cursors.get(id);
    if (entry) entry.isKilled = true;
    entry?.cursor.kill();
    return this.#cursors.delete(id);
  }

  /** Closes cursors that have not been read from for a long time. */
  expire(): void {
    const oldest = this.#clock().getTime() - cursorTimeoutMs;
    for (const [id, { usedAt, isBusy }] of this.#cursors)
      if (!isBusy && usedAt < oldest) this.#cursors.delete(id);
  }
}
