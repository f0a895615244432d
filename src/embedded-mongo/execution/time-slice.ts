import { ErrorCode, MongoError } from '../errors.ts';

/** How long one operation may keep the event loop before others get their turn, in milliseconds. */
export const sliceMs = 5;

/** Steps between two looks at the clock. */
const stepsPerLook = 16;

/** Shares the event loop between operations and keeps `maxTimeMS`. */
export class TimeSlice {
  readonly #deadline: number;
  #until: number;
  #steps = 0;

  /** `maxTimeMs` counts from now; 0 is no limit. */
  constructor(maxTimeMs = 0) {
    const now = performance.now();
    this.#deadline = maxTimeMs > 0 ? now + maxTimeMs : Number.POSITIVE_INFINITY;
    this.#until = now + sliceMs;
  }

  /** Begins a slice: the operation has just got its turn. */
  begin(): void {
    this.#until = performance.now() + sliceMs;
  }

  /** Whether the slice is used up; call it once a step. Throws MaxTimeMSExpired (50). */
  isOver(): boolean {
    this.#steps += 1;
    if (this.#steps % stepsPerLook !== 0) return false;
    const now = performance.now();
    if (now > this.#deadline)
      throw new MongoError(ErrorCode.MaxTimeMSExpired, 'operation exceeded time limit');
    return now > this.#until;
  }

  /** Lets others run. */
  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.begin();
    if (performance.now() > this.#deadline) {
      throw new MongoError(ErrorCode.MaxTimeMSExpired, 'operation exceeded time limit');
    }
  }
}
