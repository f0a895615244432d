/**
 * Gives each client only so many turns at a time, of work that takes long or holds much. Whoever asks for more waits:
 * they get slower, but are not refused.
 */
export class Turns {
  readonly #atATime: number;
  /** What each client asked for, in this order: the first ones have their turn. */
  readonly #queues = new Map<string, (() => void)[]>();

  constructor(atATime: number) {
    this.#atATime = atATime;
  }

  /**
   * Resolves when it is the client's turn, which lasts until the signal aborts.
   * @throws the signal's reason if it aborts before.
   */
  take(client: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(client) ?? [];
      this.#queues.set(client, queue);
      queue.push(resolve);
      const leave = () => {
        this.#leave(client, queue, resolve);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      if (queue.length <= this.#atATime) resolve();
    });
  }

  #leave(client: string, queue: (() => void)[], begin: () => void): void {
    const place = queue.indexOf(begin);
    queue.splice(place, 1);
    if (place < this.#atATime) queue[this.#atATime - 1]?.();
    if (queue.length === 0) this.#queues.delete(client);
  }
}
