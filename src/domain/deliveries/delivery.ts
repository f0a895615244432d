import type { SessionEvent } from '../rooms/session-event.ts';
import type { Mail } from './mail.ts';

export interface MailContent {
  readonly kind: 'mail';
  readonly mail: Mail;
  /** The `_id` of the room or the offline message that it tells of. */
  readonly about?: string;
}

export interface WebhookContent {
  readonly kind: 'webhook';
  /** May contain credentials. */
  readonly url: string;
  /** JSON. */
  readonly body: string;
  /** The `_id` of the room or the offline message that it tells of. */
  readonly about: string;
}

/** An event for the receiver of Rocket.Chat's webhook, which is told of it in full when it is delivered. */
export interface SessionContent {
  readonly kind: 'session';
  readonly event: SessionEvent;
  /** The `_id` of the room or the offline message that it tells of. */
  readonly about: string;
}

/** What leaves the service by itself, off a request's path. */
export type DeliveryContent = MailContent | WebhookContent | SessionContent;

/** The receiver refuses it, and would refuse it again. */
export class DeliveryRefusedError extends Error {
  override name = 'DeliveryRefusedError';
}

/** Something that is delivered once its receiver accepts it: a document of `foyer_delivery`. */
export interface Delivery {
  readonly _id: string;
  readonly content: DeliveryContent;
  readonly createdAt: Date;
  /** How often it was attempted, including an attempt in progress. */
  readonly attempts: number;
}

/** The durable queue of deliveries. What has been added is attempted until it succeeds or is given up. */
export interface DeliveryQueue {
  /**
   * Adds a delivery.
   * @param id the same for the same delivery: adding it again, even after it was delivered, changes nothing.
   */
  add(id: string, content: DeliveryContent, at: Date): Promise<void>;
  /** Deletes deliveries, whether they were made or not; one that is being made is made. */
  remove(ids: readonly string[]): Promise<void>;
  /** The same, for everything that tells of these rooms or offline messages. */
  removeAbout(ids: readonly string[]): Promise<void>;
}

/** The queue as its worker sees it. Several instances may work on it. */
export interface DeliveryStore extends DeliveryQueue {
  /**
   * Takes the delivery that has been due longest and keeps it from others until the given time; null if none is due.
   */
  claim(now: Date, until: Date): Promise<Delivery | null>;
  /** Records that it was delivered. */
  complete(id: string, at: Date): Promise<void>;
  /** Makes it due again at the given time. */
  postpone(id: string, until: Date): Promise<void>;
  /** Ends the attempts. What could not be delivered is kept for a while, for whoever looks for it. */
  giveUp(id: string, at: Date): Promise<void>;
}
