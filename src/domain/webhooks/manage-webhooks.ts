import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Webhook, WebhookStore } from './webhook.ts';

export interface ManageWebhooksDeps {
  readonly clock: Clock;
  readonly webhooks: WebhookStore;
}

const randomHex = (): string => randomBytes(16).toString('hex');

/**
 * Adds a webhook, with a token of its own.
 * @throws {AppError} `too-many-webhooks`
 */
export async function addWebhook(
  { clock, webhooks }: ManageWebhooksDeps,
  given: Pick<Webhook, 'event' | 'dataTypes' | 'url'>,
): Promise<Webhook> {
  const { event, dataTypes, url } = given;
  const webhook = { _id: randomHex(), event, dataTypes, url, token: randomHex(), createdAt: clock() };
  if (!(await webhooks.add(webhook))) throw new AppError('too-many-webhooks');
  return webhook;
}
