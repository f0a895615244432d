import type { ChangeSignal, ChangeWaiter, ChangeWatch } from '../domain/changes/change-signal.ts';
import { OverloadedError } from '../domain/errors.ts';
import type { EventSource } from '../domain/events.ts';

export interface ChangeBellBounds {
  readonly waiters?: number;
  readonly waitersPerNetwork?: number;
}

const defaults = { waiters: 5_000, waitersPerNetwork: 100 };

/** Wakes those who wait, by the bus, to which it listens as long as anybody does. */
export class ChangeBell implements ChangeSignal {
  readonly #events: EventSource;
  readonly #bounds: Required<ChangeBellBounds>;
  readonly #watches = new Set<Watch>();
  readonly #stop = new AbortController();
  #stopListening: (() => void) | undefined;

  constructor(events: EventSource, bounds: ChangeBellBounds = {}) {
    this.#events = events;
    this.#bounds = { ...defaults, ...bounds };
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  watch(waiter: ChangeWaiter): ChangeWatch {
    const there = [...this.#watches].filter(({ network }) => network === waiter.network).length;
    if (this.#watches.size >= this.#bounds.waiters || there >= this.#bounds.waitersPerNetwork)
      throw new OverloadedError('too many wait for changes');
    const watch = new Watch(waiter, AbortSignal.any([waiter.signal, this.#stop.signal]), () =>
      this.#end(watch),
    );
    this.#watches.add(watch);
    this.#stopListening ??= this.#listen();
    return watch;
  }

  /** Ends all waiting. */
  stop(): void {
    this.#stop.abort();
  }

  #listen(): () => void {
    return this.#events.listen({
      name: 'those who wait for changes',
      subjects: ['visitor', 'visitor-details', 'message', 'page-view'],
      receive: (event) => {
        for (const watch of this.#watches) if (watch.concerns(event)) watch.ring();
      },
    });
  }

  #end(watch: Watch): void {
    this.#watches.delete(watch);
    if (this.#watches.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
  }
}

class Watch implements ChangeWatch {
  readonly network: string;
  readonly concerns: ChangeWaiter['concerns'];
  readonly end: () => void;
  readonly #signal: AbortSignal;
  #changedAt = performance.now();
  #wake: (() => void) | undefined;

  constructor({ network, concerns }: ChangeWaiter, signal: AbortSignal, end: () => void) {
    this.network = network;
    this.concerns = concerns;
    this.end = end;
    this.#signal = signal;
  }

  get changedAt(): number {
    return this.#changedAt;
  }

  get isOver(): boolean {
    return this.#signal.aborted;
  }

  ring(): void {
    this.#changedAt = performance.now();
    this.#wake?.();
  }

  async next(ms: number): Promise<void> {
    const ringing = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await this.#sleep(ms, ringing);
    this.#wake = undefined;
  }

  rest(ms: number): Promise<void> {
    return this.#sleep(ms);
  }

  #sleep(ms: number, ringing?: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms).unref();
      if (this.#signal.aborted) wake();
      else this.#signal.addEventListener('abort', wake, { once: true });
      void ringing?.then(wake);
    });
  }
}
