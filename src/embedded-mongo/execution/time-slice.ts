import { ErrorCode, MongoError } from '../errors.ts';
import type { Pace } from './pace.ts';

/** How long one operation may hold the event loop before others get their turn, in milliseconds. */
const sliceMs = 5;

/**
 * Shares the event loop between operations, enforces `maxTimeMS`, and ends work that nobody is waiting for.
 * Each command has one.
 */
export class TimeSlice implements Pace {
  /** How often the operation has paused so far: what was read ahead may be stale when it continues. */
  pauses = 0;
  readonly #maxTimeMs: number;
  #isAbandoned: () => boolean;
  #isKilled = false;
  /** The time worked so far, before the current batch. */
  #usedMs = 0;
  #startedAt = performance.now();
  #until: number;
  #isOver = false;

  /**
   * `maxTimeMs` counts from now; 0 means no limit. `isAbandoned` says whether the client has disconnected.
   */
  constructor(maxTimeMs = 0, isAbandoned: () => boolean = () => false) {
    this.#maxTimeMs = maxTimeMs > 0 ? maxTimeMs : Number.POSITIVE_INFINITY;
    this.#isAbandoned = isAbandoned;
    this.#until = this.#startedAt + sliceMs;
  }

  /** Pauses until the client asks for more. The time until then does not count. */
  suspend(): void {
    this.#usedMs += performance.now() - this.#startedAt;
  }

  /** Continues for a client, which need not be on the same connection as before. */
  resume(isAbandoned: () => boolean): void {
    this.#isAbandoned = isAbandoned;
    this.#startedAt = performance.now();
    this.#begin();
  }

  /** Begins a new slice if others have had their turn anyway. */
  renew(): void {
    this.#begin();
  }

  /** Ends the operation at its next step. */
  kill(): void {
    this.#isKilled = true;
  }

  /**
   * Whether the slice is used up, which remains so until a pause. Throws CursorKilled (237) and
   * MaxTimeMSExpired (50).
   */
  isOver(): boolean {
    this.#checkKilled();
    if (this.#isOver) return true;
    const now = performance.now();
    this.#checkDeadline(now);
    this.#isOver = now > this.#until;
    return this.#isOver;
  }

  /** Lets others run. Throws CursorKilled (237), Interrupted (11601) and MaxTimeMSExpired (50). */
  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#checkKilled();
    if (this.#isAbandoned()) throw new MongoError(ErrorCode.Interrupted, 'the client has gone');
    this.#begin();
    this.#checkDeadline(performance.now());
  }

  #begin(): void {
    this.pauses += 1;
    this.#isOver = false;
    this.#until = performance.now() + sliceMs;
  }

  #checkKilled(): void {
    if (this.#isKilled) throw new MongoError(ErrorCode.CursorKilled, 'cursor was killed');
  }

  #checkDeadline(now: number): void {
    if (this.#usedMs + now - this.#startedAt <= this.#maxTimeMs) return;
    throw new MongoError(ErrorCode.MaxTimeMSExpired, 'operation exceeded time limit');
  }
}
