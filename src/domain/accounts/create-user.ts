import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { Settings } from '../settings/settings.ts';
import { commaListOf } from '../text/comma-list.ts';
import { type AccessControl, withoutCredentials } from './access.ts';
import { digestPassword, type PasswordHashing } from './passwords.ts';
import type { RoleStore } from './roles.ts';
import type { User, UserStore, UserWithCredentials } from './user.ts';
import { readUserCustomFields } from './user-custom-fields.ts';

export interface NewUser {
  readonly name: string;
  readonly email: string;
  readonly username: string;
  readonly password: string;
  /** Those of `Accounts_Registration_Users_Default_Roles`, if absent. */
  readonly roles?: readonly string[] | undefined;
  readonly active?: boolean | undefined;
  readonly verified?: boolean | undefined;
  readonly requirePasswordChange?: boolean | undefined;
  /** Of those in `Accounts_CustomFields`. */
  readonly customFields?: Readonly<Record<string, unknown>> | undefined;
}

export interface CreateUserDeps {
  readonly users: UserStore;
  readonly roles: RoleStore;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly access: AccessControl;
  readonly passwords: PasswordHashing;
  readonly settings: Settings;
}

/**
 * Creates a user with one atomic write: of several requests with the same name, in any case, or the
 * same address, one succeeds.
 * @throws {AppError} for a name or address that is in use, and for an invalid name, address, role or custom field.
 */
export async function createUser(deps: CreateUserDeps, creator: User, given: NewUser): Promise<User> {
  const roles = given.roles ?? commaListOf(deps.settings.get('Accounts_Registration_Users_Default_Roles'));
  await refuseInvalid(deps, creator, given, roles);
  const result = await deps.users.create(await newDocument(deps, given, roles));
  if ('taken' in result) {
    if (result.taken === 'id') throw new Error('the id of a new user is in use');
    const taken = result.taken === 'email' ? given.email : given.username;
    throw new AppError('error-field-unavailable', {
      reason: `${taken} is already in use :(`,
      details: { field: taken },
    });
  }
  return withoutCredentials(result.created);
}

async function refuseInvalid(
  { roles, access, settings }: CreateUserDeps,
  creator: User,
  given: NewUser,
  givenRoles: readonly string[],
): Promise<void> {
  const { username, email } = given;
  if (!/^[0-9a-zA-Z-_.]{1,80}$/.test(username)) {
    const details = { input: username, field: 'Username' };
    throw new AppError('error-input-is-not-a-valid-field', {
      reason: `${username} is not a valid username`,
      details,
    });
  }
  if (isBlocked(settings, username)) {
    const reason = `${username} is blocked and can't be used!`;
    throw new AppError('error-blocked-username', { reason, details: { field: username } });
  }
  if (!/^[^@\s]{1,64}@[^@\s]{1,255}$/.test(email)) {
    throw new AppError('error-invalid-email', {
      reason: `Invalid email ${email}`,
      details: { email },
    });
  }
  if (givenRoles.includes('admin') && !access.hasPermission(creator, 'assign-admin-role'))
    throw new AppError('not-allowed', { reason: 'Assigning admin is not allowed' });
  if ((await roles.findUnknown(givenRoles)).length > 0)
    throw new AppError('error-invalid-role', { reason: 'Invalid role' });
}

async function newDocument(
  { ids, clock, passwords, settings }: CreateUserDeps,
  given: NewUser,
  roles: readonly string[],
): Promise<UserWithCredentials> {
  const customFields =
    given.customFields && readUserCustomFields(settings.get('Accounts_CustomFields'), given.customFields);
  const now = clock();
  const bcrypt = await passwords.hash(digestPassword(given.password));
  const { name, username, requirePasswordChange } = given;
  return {
    _id: ids.meteorId(),
    createdAt: now,
    services: { password: { bcrypt } },
    username,
    emails: [{ address: given.email.toLowerCase(), verified: given.verified ?? false }],
    type: 'user',
    status: 'offline',
    active: given.active ?? true,
    _updatedAt: now,
    roles,
    name,
    settings: {},
    ...(customFields && { customFields }),
    ...(requirePasswordChange === undefined ? {} : { requirePasswordChange }),
  };
}

/** Whether a user name, in any case, is one that nobody may have, since it would pass for the service's own. */
function isBlocked(settings: Settings, username: string): boolean {
  const lists = [
    settings.get('Accounts_BlockedUsernameList'),
    settings.get('Accounts_SystemBlockedUsernameList'),
  ];
  return lists.flatMap(commaListOf).some((name) => name.toLowerCase() === username.toLowerCase());
}
