import { AppError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { SessionReceiver } from './session-receiver.ts';

export interface TestSessionReceiverDeps {
  readonly sessionReceiver: SessionReceiver;
  readonly settings: Settings;
}

/**
 * Posts a sample to the receiver of the webhook, once.
 * @throws {AppError} `webhook-url-not-set`; `error-invalid-webhook-response` if the answer is not 200.
 */
export async function testSessionReceiver(
  { sessionReceiver, settings }: TestSessionReceiverDeps,
  sample: object,
  signal: AbortSignal,
): Promise<void> {
  if (settings.get('Livechat_webhookUrl') === '') throw new AppError('webhook-url-not-set');
  const { status } = await sessionReceiver.post(sample, signal).catch((cause: unknown) => {
    throw new AppError('error-invalid-webhook-response', { cause });
  });
  if (status !== 200) throw new AppError('error-invalid-webhook-response');
}
