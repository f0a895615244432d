import type { WebhookContent } from '../domain/deliveries/delivery.ts';
import type { AddressGuard } from './address-guard.ts';
import { postJson } from './post-json.ts';

/** As in LiveChat. */
const defaultTimeoutMs = 10_000;

/**
 * Posts events to the receivers of LiveChat's webhooks. Only 200 is a success.
 * @param timeoutMs a receiver that takes longer has failed.
 */
export const createWebhookSender =
  (guard: AddressGuard, timeoutMs = defaultTimeoutMs) =>
  async (content: WebhookContent, stopping: AbortSignal): Promise<void> => {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)]);
    const { status } = await postJson(guard, content, signal);
    if (status !== 200) throw new Error(`the receiver answered ${status}`);
  };
