import { setImmediate } from 'node:timers/promises';
import { inSlicesBetween, letOthers } from './time-slices.ts';

/** Work that takes no more slices is short. */
const shortSlices = 5;

/**
 * Does work in memory that many may ask for at the same time, such as searches in a table. However many these are, others
 * wait for two slices at most: one of short work, and one of long work. Short work is done by turns. Long work is done one
 * after the other, in the order in which it was asked for: by turns, all of it would end as late as the last of it, and
 * all of it would need its memory at the same time.
 */
export class SliceScheduler {
  /** Resolves in a turn of the event loop in which no other short work is done. */
  #shortTurn: Promise<unknown> = Promise.resolve();
  /** Resolves when the long work has been done that others asked for before. */
  #longWork: Promise<unknown> = Promise.resolve();

  /**
   * Does work that yields now and then.
   * @param signal aborts when nobody is waiting for it any more; it throws the signal's reason then.
   */
  async run<T>(work: Generator<void, T>, signal: AbortSignal): Promise<T> {
    let slices = 0;
    let leave: (() => void) | undefined;
    const takeTurn = async () => {
      slices += 1;
      if (slices <= shortSlices) await this.#takeShortTurn();
      else {
        leave ??= await this.#getInLine(signal);
        await letOthers();
      }
      signal.throwIfAborted();
    };
    await takeTurn();
    try {
      return await inSlicesBetween(work, takeTurn);
    } finally {
      leave?.();
    }
  }

  #takeShortTurn(): Promise<unknown> {
    this.#shortTurn = this.#shortTurn.then(() => setImmediate());
    return this.#shortTurn;
  }

  /** Resolves when the work is the next one, to what it has to call in the end. */
  async #getInLine(signal: AbortSignal): Promise<() => void> {
    let leave = (): void => undefined;
    const hasLeft = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const before = this.#longWork;
    this.#longWork = before.then(() => hasLeft);
    try {
      await unlessAborted(before, signal);
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }
}

async function unlessAborted(waitedFor: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let giveUp = (): void => undefined;
  const isAborted = new Promise((_, reject) => {
    giveUp = () => reject(signal.reason);
  });
  signal.addEventListener('abort', giveUp);
  try {
    await Promise.race([waitedFor, isAborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
