import type { Settings } from '../../../domain/settings/settings.ts';
import type { WebhookStore } from '../../../domain/webhooks/webhook.ts';
import { endpoint } from '../endpoint.ts';
import { presentWebhooks } from '../present-webhook.ts';

export interface WebhooksGetDeps {
  readonly settings: Settings;
  readonly webhooks: WebhookStore;
}

/** `GET webhooks`: who is told of events. */
export const webhooksGet = ({ webhooks, settings }: WebhooksGetDeps) =>
  endpoint({
    operationId: 'livechatinc-webhooks-get',
    method: 'get',
    path: '/webhooks',
    access: { kind: 'all-of', permissions: ['view-livechat-webhooks'] },
    input: async () => undefined,
    handle: async () => presentWebhooks(await webhooks.list(), settings.get('Foyer_License_Number')),
  });
