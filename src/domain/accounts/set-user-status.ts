import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { AccessControl } from './access.ts';
import type { User, UserStore } from './user.ts';

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

/** Identifies a user in one or both ways, or, with neither, the caller themselves. */
export interface NamedUser {
  readonly userId?: string | undefined;
  readonly username?: string | undefined;
}

const statuses = ['online', 'away', 'offline', 'busy'];
const maxMessageLength = 120;

/**
 * Sets a user's presence, their status text, or both, in one write: the caller's own or, with `edit-other-user-info`,
 * another user's.
 * @throws {AppError} `status-change-disabled`, `not-allowed`, `error-invalid-user`, `error-invalid-status`,
 *   `error-status-not-allowed`
 */
export async function setUserStatus(
  deps: SetUserStatusDeps,
  caller: User,
  whose: NamedUser,
  { message, status }: StatusChange,
): Promise<void> {
  const { users, access, settings, clock } = deps;
  if (!settings.get('Accounts_AllowUserStatusMessageChange')) throw new AppError('status-change-disabled');
  const user = await getUserToChange(deps, caller, whose);
  if (status && !statuses.includes(status)) {
    const reason = 'Valid status types include online, away, offline, and busy.';
    throw new AppError('error-invalid-status', { reason });
  }
  if (status === 'offline' && !settings.get('Accounts_AllowInvisibleStatusOption')) {
    throw new AppError('error-status-not-allowed', { reason: 'Invisible status is disabled' });
  }
  const set = {
    ...(typeof message === 'string' && { statusText: message.trim().slice(0, maxMessageLength) }),
    ...(status && { status, statusDefault: status }),
  };
  await users.change(user._id, { set }, clock());
  access.forgetUser(user._id);
}

async function getUserToChange(
  { users, access }: SetUserStatusDeps,
  caller: User,
  { userId, username }: NamedUser,
): Promise<User> {
  const own =
    (userId === undefined || userId === caller._id) &&
    (username === undefined || username === caller.username);
  if (own) return caller;
  if (!access.hasPermission(caller, 'edit-other-user-info')) throw new AppError('not-allowed');
  const found =
    userId === undefined ? await users.findByUsername(username ?? '') : await users.findById(userId);
  if (!found) throw new AppError('error-invalid-user');
  return found;
}
