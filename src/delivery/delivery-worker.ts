import type { Clock } from '../domain/clock.ts';
import {
  type Delivery,
  type DeliveryContent,
  type DeliveryQueue,
  DeliveryRefusedError,
  type DeliveryStore,
  type MailContent,
  type SessionContent,
  type WebhookContent,
} from '../domain/deliveries/delivery.ts';
import { pauseAfter } from '../domain/deliveries/retry-schedule.ts';
import type { Logger } from '../observability/logger.ts';

/**
 * Delivers something of one kind.
 * @param signal aborts when the service stops.
 * @throws if it was not accepted; it is attempted again later, unless it is a {@link DeliveryRefusedError}.
 */
export type Sender<Content extends DeliveryContent> = (
  content: Content,
  signal: AbortSignal,
) => Promise<void>;

/** What delivers each kind. */
export interface Senders {
  readonly mail: Sender<MailContent>;
  readonly session: Sender<SessionContent>;
  readonly webhook: Sender<WebhookContent>;
}

export interface DeliveryWorkerDeps {
  readonly clock: Clock;
  readonly deliveries: DeliveryStore;
  readonly logger: Logger;
  readonly senders: Senders;
}

/** A receiver that hangs holds up one of these. */
const maxAtOnce = 16;
const lookEveryMs = 5_000;
/** No attempt takes longer; what a killed process was delivering becomes due after this. */
const leaseMs = 60_000;

/** Works through the queue of deliveries: on a schedule, and at once when this instance adds one. */
export class DeliveryWorker implements DeliveryQueue {
  readonly #deps: DeliveryWorkerDeps;
  readonly #stopping = new AbortController();
  readonly #lanes = new Set<Promise<void>>();
  #claiming: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: DeliveryWorkerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => this.#wake(), lookEveryMs).unref();
    this.#wake();
  }

  async add(...delivery: Parameters<DeliveryQueue['add']>): Promise<void> {
    await this.#deps.deliveries.add(...delivery);
    this.#wake();
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#deps.deliveries.remove(ids);
  }

  removeAbout(ids: readonly string[]): Promise<void> {
    return this.#deps.deliveries.removeAbout(ids);
  }

  /** Ends attempts in progress, which are made again after the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await Promise.all(this.#lanes);
  }

  #wake(): void {
    if (this.#timer === undefined || this.#stopping.signal.aborted || this.#lanes.size >= maxAtOnce) return;
    const lane = this.#work()
      .catch((error: unknown) => this.#deps.logger.warn({ err: error }, 'deliveries wait for the database'))
      .finally(() => this.#lanes.delete(lane));
    this.#lanes.add(lane);
  }

  /**
   * Delivers what is due. Each delivery that is found starts another lane, so that one that hangs holds up no other.
   */
  async #work(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const delivery = await this.#claim();
      if (delivery === null) return;
      this.#wake();
      await this.#attempt(delivery);
    }
  }

  /** Claims one after the other: at once, they would all try to get the same delivery. */
  #claim(): Promise<Delivery | null> {
    const { clock, deliveries } = this.#deps;
    const claim = this.#claiming.then(() => {
      const now = clock();
      return deliveries.claim(now, new Date(now.getTime() + leaseMs));
    });
    this.#claiming = claim.catch(() => undefined);
    return claim;
  }

  async #attempt({ _id, content, attempts }: Delivery): Promise<void> {
    const { deliveries, clock, logger } = this.#deps;
    try {
      const { signal } = this.#stopping;
      await this.#send(content, signal);
    } catch (error) {
      const now = clock();
      const pauseMs = this.#pauseAfter(error, content, attempts);
      logger.warn({ err: error, delivery: _id, attempts, pauseMs }, 'a delivery failed');
      if (pauseMs === undefined) await deliveries.giveUp(_id, now);
      else await deliveries.postpone(_id, new Date(now.getTime() + pauseMs));
      return;
    }
    await deliveries.complete(_id, clock());
  }

  #send(content: DeliveryContent, signal: AbortSignal): Promise<void> {
    const { senders } = this.#deps;
    switch (content.kind) {
      case 'mail':
        return senders.mail(content, signal);
      case 'session':
        return senders.session(content, signal);
      case 'webhook':
        return senders.webhook(content, signal);
    }
  }

  /** How long to wait before the next attempt, in milliseconds; undefined if there is none. */
  #pauseAfter(error: unknown, { kind }: DeliveryContent, attempts: number): number | undefined {
    if (error instanceof DeliveryRefusedError) return undefined;
    return this.#stopping.signal.aborted ? 0 : pauseAfter(kind, attempts);
  }
}
