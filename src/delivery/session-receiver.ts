import type { Settings } from '../domain/settings/settings.ts';
import type { SessionReceiver } from '../domain/webhooks/session-receiver.ts';
import type { AddressGuard } from './address-guard.ts';
import { postJson } from './post-json.ts';

/** Rocket.Chat keeps what is answered with the room; whoever answers more than this means something else. */
const answerBytes = 64 * 1024;

/** An attempt at a delivery may not take longer than a minute. */
const longestTimeoutMs = 30_000;

/** The receiver that Rocket.Chat's settings name. */
export const createSessionReceiver = (guard: AddressGuard, settings: Settings): SessionReceiver => ({
  post(body, signal) {
    const secret = settings.get('Livechat_secret_token');
    const timeoutMs = Math.min(Math.max(1, settings.get('Livechat_http_timeout')), longestTimeoutMs);
    const post = {
      url: settings.get('Livechat_webhookUrl'),
      body: JSON.stringify(body),
      headers: { Accept: 'application/json', ...(secret && { 'X-RocketChat-Livechat-Token': secret }) },
      answerBytes,
    };
    return postJson(guard, post, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  },
});
