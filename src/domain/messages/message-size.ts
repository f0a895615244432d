import { AppError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';

/**
 * Refuses what is too long for a user's message; visitors have a limit of their own.
 * @throws {AppError} `message-too-long`
 */
export function refuseTooLong(settings: Settings, texts: readonly string[]): void {
  const longest = settings.get('Message_MaxAllowedSize');
  if (texts.some((text) => text.length > longest))
    throw new AppError('message-too-long', { reason: 'Message size exceeds Message_MaxAllowedSize' });
}
