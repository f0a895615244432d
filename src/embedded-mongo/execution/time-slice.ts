import { ErrorCode, MongoError } from '../errors.ts';

/** How long one operation may keep the event loop before others get their turn, in milliseconds. */
export const sliceMs = 5;

/** Steps between two looks at the clock. */
const stepsPerLook = 16;

/** Shares the event loop between operations and keeps `maxTimeMS`. */
export class TimeSlice {
  readonly #maxTimeMs: number;
  #deadline: number;
  #until: number;
  #steps = 0;
  #isOver = false;

  /** `maxTimeMs` counts from now; 0 is no limit. */
  constructor(maxTimeMs = 0) {
    const now = performance.now();
    this.#maxTimeMs = maxTimeMs > 0 ? maxTimeMs : Number.POSITIVE_INFINITY;
    this.#deadline = now + this.#maxTimeMs;
    this.#until = now + sliceMs;
  }

  /** Goes on after the client was idle, which does not count. */
  resume(): void {
    this.#deadline = performance.now() + this.#maxTimeMs;
    this.#begin();
  }

  /** Whether the slice is used up; call it once a step. It stays so until a pause. Throws MaxTimeMSExpired (50). */
  isOver(): boolean {
    this.#steps += 1;
    if (this.#isOver || this.#steps % stepsPerLook !== 0) return this.#isOver;
    const now = performance.now();
    this.#checkDeadline(now);
    this.#isOver = now > this.#until;
    return this.#isOver;
  }

  /** Lets others run. */
  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#begin();
    this.#checkDeadline(performance.now());
  }

  #begin(): void {
    this.#isOver = false;
    this.#until = performance.now() + sliceMs;
  }

  #checkDeadline(now: number): void {
    if (now <= this.#deadline) return;
    throw new MongoError(ErrorCode.MaxTimeMSExpired, 'operation exceeded time limit');
  }
}
