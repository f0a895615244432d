import { setTimeout as delay } from 'node:timers/promises';
import type { DomainEvent, EventListener, EventSink, EventSource, Subject } from '../domain/events.ts';
import type { Logger } from '../observability/logger.ts';

/** How much may wait for one listener. */
export interface EventBusBounds {
  readonly maxWaiting?: number;
  readonly maxWaitingBytes?: number;
}

const defaults = { maxWaiting: 1_000, maxWaitingBytes: 8 * 1024 * 1024 };

/** How long to wait for working listeners when closing. */
const closeGraceMs = 500;

interface Waiting {
  readonly event: DomainEvent;
  readonly bytes: number;
}

/**
 * Delivers events to the listeners in this process. What one listener does, or fails to do, does not affect the
 * others.
 */
export class EventBus implements EventSource, EventSink {
  readonly #logger: Logger;
  readonly #bounds: Required<EventBusBounds>;
  readonly #inboxes = new Set<Inbox>();

  constructor(logger: Logger, bounds: EventBusBounds = {}) {
    this.#logger = logger;
    this.#bounds = { ...defaults, ...bounds };
  }

  listen(listener: EventListener): () => void {
    const inbox = new Inbox(listener, this.#bounds, this.#logger);
    this.#inboxes.add(inbox);
    return () => {
      inbox.close();
      this.#inboxes.delete(inbox);
    };
  }

  hasListener(subject: Subject): boolean {
    for (const inbox of this.#inboxes) if (inbox.hears(subject)) return true;
    return false;
  }

  publish(event: DomainEvent, bytes: number): void {
    for (const inbox of [...this.#inboxes])
      if (event.kind === 'missed' || inbox.hears(event.subject)) inbox.offer({ event, bytes });
  }

  /** Delivers nothing more; listeners that are working may finish, if that does not take long. */
  async close(): Promise<void> {
    const atWork = [...this.#inboxes].map((inbox) => inbox.close());
    this.#inboxes.clear();
    const abort = new AbortController();
    const grace = delay(closeGraceMs, undefined, { signal: abort.signal }).catch(() => undefined);
    await Promise.race([Promise.all(atWork), grace]);
    abort.abort();
  }
}

/** The queue for one listener, which handles one event after another. */
class Inbox {
  readonly #listener: EventListener;
  readonly #subjects: ReadonlySet<Subject>;
  readonly #bounds: Required<EventBusBounds>;
  readonly #logger: Logger;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #working: Promise<void> | undefined;
  #isClosed = false;

  constructor(listener: EventListener, bounds: Required<EventBusBounds>, logger: Logger) {
    this.#listener = listener;
    this.#subjects = new Set(listener.subjects);
    this.#bounds = bounds;
    this.#logger = logger;
  }

  hears(subject: Subject): boolean {
    return this.#subjects.has(subject);
  }

  offer(given: Waiting): void {
    // A listener that returns no promise is done at once, and nothing ever waits for it.
    if (this.#working === undefined) this.#work(given);
    else this.#keep(given);
  }

  /**
   * Drops what is waiting.
   * @returns a promise for the end of the event in progress.
   */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#drop();
    return this.#working ?? Promise.resolve();
  }

  #keep({ event, bytes }: Waiting): void {
    const { maxWaiting, maxWaitingBytes } = this.#bounds;
    this.#waiting.push({ event, bytes });
    this.#waitingBytes += bytes;
    if (this.#waiting.length <= maxWaiting && this.#waitingBytes <= maxWaitingBytes) return;
    this.#logger.warn(
      { listener: this.#listener.name, events: this.#waiting.length },
      'events were dropped, since their listener is too slow',
    );
    this.#drop();
    this.#waiting.push({ event: { kind: 'missed' }, bytes: 0 });
  }

  #drop(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #work({ event }: Waiting): void {
    const working = this.#hand(event);
    this.#working = working?.then(() => {
      this.#working = undefined;
      this.#workOn();
    });
  }

  /** The next waiting events, until a listener takes its time over one. */
  #workOn(): void {
    while (!this.#isClosed && this.#working === undefined) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#waitingBytes -= next.bytes;
      this.#work(next);
    }
  }

  /** @returns undefined if the listener is done with the event already. Errors are handled here. */
  #hand(event: DomainEvent): Promise<void> | undefined {
    const failed = (error: unknown) =>
      this.#logger.error(
        { err: error, listener: this.#listener.name },
        'a listener failed to take an event, which is lost to it',
      );
    try {
      return this.#listener.receive(event)?.catch(failed);
    } catch (error) {
      failed(error);
      return undefined;
    }
  }
}
