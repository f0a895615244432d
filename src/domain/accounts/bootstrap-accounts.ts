import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import { digestPassword, hashPasswordDigest } from './passwords.ts';
import type { CreateUserResult, UserStore } from './user.ts';

/** The administrator to make on the first start of an empty database. */
export interface AdminAccount {
  readonly username: string;
  /** Absent: one is generated, and printed once. */
  readonly password: string | undefined;
  readonly email: string;
}

/** What became of the administrator at this start. */
export interface Bootstrap {
  /** No administrator could be made, since a user who is none has his address. */
  readonly adminAddressTaken: boolean;
  /** The password generated for the administrator made just now, to be shown once; it is stored nowhere in plain. */
  readonly generatedPassword: string | undefined;
}

export interface BootstrapAccountsDeps {
  readonly users: UserStore;
  readonly ids: IdSource;
  readonly clock: Clock;
}

/** The author of system messages, in every Rocket.Chat. */
export const systemUserId = 'rocket.cat';

/**
 * Makes the first administrator where there is none and the bot that writes system messages. Both are single writes
 * that a unique index decides, so that of several first starts on one database one makes them; a database that has
 * them is not written to.
 */
export async function bootstrapAccounts(
  deps: BootstrapAccountsDeps,
  admin: AdminAccount,
): Promise<Bootstrap> {
  await createSystemUser(deps);
  const { users } = deps;
  if ((await users.isRoleUsed('admin')) || (await users.findByUsername(admin.username)))
    return { adminAddressTaken: false, generatedPassword: undefined };
  const generated = admin.password === undefined ? deps.ids.secret().slice(0, 20) : undefined;
  const result = await createAdmin(deps, admin, admin.password ?? generated ?? '');
  return {
    // Of two first starts at once the second finds the address taken too, by the administrator.
    adminAddressTaken: result === 'email-taken' && !(await users.isRoleUsed('admin')),
    generatedPassword: result === 'created' ? generated : undefined,
  };
}

async function createSystemUser({ users, clock }: BootstrapAccountsDeps): Promise<void> {
  if (await users.findById(systemUserId)) return;
  const now = clock();
  await users.create({
    _id: systemUserId,
    createdAt: now,
    username: systemUserId,
    name: 'Rocket.Cat',
    type: 'bot',
    status: 'online',
    statusDefault: 'online',
    active: true,
    roles: ['bot'],
    utcOffset: 0,
    services: {},
    _updatedAt: now,
  });
}

async function createAdmin(
  { users, ids, clock }: BootstrapAccountsDeps,
  admin: AdminAccount,
  password: string,
): Promise<CreateUserResult> {
  const now = clock();
  return users.create({
    _id: ids.meteorId(),
    createdAt: now,
    services: { password: { bcrypt: await hashPasswordDigest(digestPassword(password)) } },
    username: admin.username,
    emails: [{ address: admin.email.toLowerCase(), verified: true }],
    type: 'user',
    status: 'offline',
    statusDefault: 'online',
    active: true,
    roles: ['admin'],
    name: admin.username,
    settings: {},
    utcOffset: 0,
    _updatedAt: now,
  });
}
