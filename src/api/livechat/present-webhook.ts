import type { Webhook } from '../../domain/webhooks/webhook.ts';

/** Webhooks as LiveChat lists them. `licence` is spelled as there; a receiver's address is never checked beforehand. */
export const presentWebhooks = (webhooks: readonly Webhook[], licence: number): object => ({
  events: webhooks.map(({ _id, event, dataTypes, url, token }) => ({
    licence,
    event_type: event,
    data_types: dataTypes,
    url,
    verified: true,
    token,
    id: _id,
  })),
});
