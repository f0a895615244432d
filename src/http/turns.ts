import type { Response } from 'express';

/**
 * Lets only so many long answers of a client be read and sent at a time, so that one that asks for many at once and
 * reads none of them holds little. The others wait for their turn: they get slower, but are not refused.
 */
export class Turns {
  readonly #atATime: number;
  /** What each client asked for, in this order: the first ones have their turn. */
  readonly #queues = new Map<string, (() => void)[]>();

  constructor(atATime: number) {
    this.#atATime = atATime;
  }

  /**
   * Resolves when it is an answer's turn, which lasts until its connection is done with it. Never resolves if that is
   * the case before.
   */
  take(client: string, res: Response): Promise<void> {
    return new Promise((begin) => {
      const queue = this.#queues.get(client) ?? [];
      this.#queues.set(client, queue);
      queue.push(begin);
      res.once('close', () => this.#leave(client, queue, begin));
      if (queue.length <= this.#atATime) begin();
    });
  }

  #leave(client: string, queue: (() => void)[], begin: () => void): void {
    const place = queue.indexOf(begin);
    queue.splice(place, 1);
    if (place < this.#atATime) queue[this.#atATime - 1]?.();
    if (queue.length === 0) this.#queues.delete(client);
  }
}
