import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { AccessControl } from './access.ts';
import type { UserStore } from './user.ts';

export interface StatusChange {
  /** The user's status text; empty to remove it. */
  readonly message?: string | null | undefined;
  readonly status?: string | null | undefined;
}

export interface SetUserStatusDeps {
  readonly users: UserStore;
  readonly access: AccessControl;
  readonly settings: Settings;
  readonly clock: Clock;
}

const method = 'users.setStatus';
const statuses = ['online', 'away', 'offline', 'busy'];
const maxMessageLength = 120;

/**
 * Sets a user's presence, their status text, or both, in one write.
 * @throws {AppError} `error-invalid-status`, `error-status-not-allowed`
 */
export async function setUserStatus(
  { users, access, settings, clock }: SetUserStatusDeps,
  userId: string,
  { message, status }: StatusChange,
): Promise<void> {
  if (status && !statuses.includes(status)) {
    const reason = 'Valid status types include online, away, offline, and busy.';
    throw new AppError('error-invalid-status', { reason, details: { method } });
  }
  if (status === 'offline' && !settings.get('Accounts_AllowInvisibleStatusOption')) {
    throw new AppError('error-status-not-allowed', {
      reason: 'Invisible status is disabled',
      details: { method },
    });
  }
  const set = {
    ...(typeof message === 'string' && { statusText: message.trim().slice(0, maxMessageLength) }),
    ...(status && { status, statusDefault: status }),
  };
  await users.change(userId, { set }, clock());
  access.forgetUser(userId);
}
