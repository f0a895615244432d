import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { DeliveryQueue } from '../deliveries/delivery.ts';
import type { Webhook, WebhookDataType, WebhookEvent, WebhookStore } from './webhook.ts';

export interface TellWebhooksDeps {
  readonly clock: Clock;
  readonly deliveries: DeliveryQueue;
  readonly webhooks: Pick<WebhookStore, 'list'>;
}

/** Something that happened. */
export interface Occurrence {
  readonly event: WebhookEvent;
  /** The `_id` of the room or the offline message. */
  readonly about: string;
  /** The same for the same occurrence, which is told once however often it is reported. */
  readonly key: string;
  readonly at: Date;
}

/**
 * Queues an event for everyone who asks for it.
 * @param bodyFor what a webhook is told, apart from the id of the event.
 */
export async function tellWebhooks(
  { clock, deliveries, webhooks }: TellWebhooksDeps,
  { event, about, key, at }: Occurrence,
  bodyFor: (webhook: Webhook) => Promise<object>,
): Promise<void> {
  for (const webhook of await webhooks.list()) {
    // What happened before somebody asked to be told is none of their business.
    if (webhook.event !== event || at < webhook.createdAt) continue;
    const id = `webhook:${webhook._id}:${key}`;
    const event_unique_id = createHash('sha256').update(id).digest('hex').slice(0, 32);
    const body = JSON.stringify({ event_unique_id, ...(await bodyFor(webhook)) });
    await deliveries.add(id, { kind: 'webhook', url: webhook.url, body, about }, clock());
  }
}

/** Only what a webhook asks for, in its order. */
export const only = (
  { dataTypes }: Pick<Webhook, 'dataTypes'>,
  data: Partial<Record<WebhookDataType, unknown>>,
): object => Object.fromEntries(dataTypes.flatMap((type) => (type in data ? [[type, data[type]]] : [])));
