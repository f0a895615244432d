import type { WebhookContent } from '../domain/deliveries/delivery.ts';
import type { AddressGuard } from './address-guard.ts';
import { postJson } from './post-json.ts';

/** A receiver that takes longer than this has failed, as in LiveChat. */
const timeoutMs = 10_000;

/** Posts events to the receivers of LiveChat's webhooks. Only 200 is a success. */
export const createWebhookSender =
  (guard: AddressGuard) =>
  async (content: WebhookContent, stopping: AbortSignal): Promise<void> => {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)]);
    const { status } = await postJson(guard, content, signal);
    if (status !== 200) throw new Error(`the receiver answered ${status}`);
  };
