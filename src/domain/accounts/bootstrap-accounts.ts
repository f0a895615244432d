import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import type { SettingStore } from '../settings/settings.ts';
import { digestPassword, type PasswordHashing } from './passwords.ts';
import { livechatRoles } from './roles.ts';
import { systemUserId } from './system-user.ts';
import type { UserStore, UserWithCredentials } from './user.ts';

/** The administrator to make on the first start of an empty database. */
export interface AdminAccount {
  readonly username: string;
  /** Absent: one is generated, and printed once. */
  readonly password: string | undefined;
  readonly email: string;
  /**
   * Whether they answer chats, on a database of Foyer's own: they then count as online until they say otherwise. On
   * one of a Rocket.Chat they do not.
   */
  readonly isAgent: boolean;
}

/** What this start did about the administrator. */
export interface Bootstrap {
  /** No administrator could be created, because a user who is not one has the address. */
  readonly adminAddressTaken: boolean;
  /**
   * The password generated for the administrator just created. It is to be shown once, and is stored nowhere in plain
   * text.
   */
  readonly generatedPassword: string | undefined;
}

export interface BootstrapAccountsDeps {
  readonly users: UserStore;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly passwords: PasswordHashing;
  readonly settings: Pick<SettingStore, 'isBesideRocketChat'>;
  /** Repeats a step while the database is away; one that failed may have been carried out all the same. */
  readonly whenAvailable: <T>(step: () => Promise<T>) => Promise<T>;
}

/**
 * Creates the first administrator if there is none, and the bot that writes system messages. Each is a single write
 * decided by a unique index, so when several instances start on one new database, only one of them creates each. A
 * database that has both is not written to.
 */
export async function bootstrapAccounts(
  deps: BootstrapAccountsDeps,
  admin: AdminAccount,
): Promise<Bootstrap> {
  const { users, whenAvailable } = deps;
  await whenAvailable(() => createSystemUser(deps));
  const isAdminThere = async () =>
    (await users.isRoleUsed('admin')) || (await users.findByUsername(admin.username)) !== null;
  if (await whenAvailable(isAdminThere)) return { adminAddressTaken: false, generatedPassword: undefined };
  const generated = admin.password === undefined ? deps.ids.secret().slice(0, 20) : undefined;
  const user = await newAdmin(deps, admin, admin.password ?? generated ?? '');
  const created = await whenAvailable(() => createOnce(deps, user));
  return {
    // When two first starts race, the loser also finds the address taken: by the administrator.
    adminAddressTaken: created === 'email taken' && !(await whenAvailable(() => users.isRoleUsed('admin'))),
    generatedPassword: created === 'created' ? generated : undefined,
  };
}

/** Creates a user; one whom an earlier attempt has stored although its answer was lost counts as created. */
async function createOnce(
  { users }: BootstrapAccountsDeps,
  user: UserWithCredentials & { readonly username: string },
): Promise<'created' | 'email taken' | 'name taken'> {
  const result = await users.create(user);
  if ('created' in result) return 'created';
  const namesake = await users.findWithCredentials({ username: user.username });
  // The hash is salted: no other instance has the same one.
  if (namesake?.services.password?.bcrypt === user.services.password?.bcrypt) return 'created';
  return result.taken === 'email' ? 'email taken' : 'name taken';
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

const agentOnline: Partial<UserWithCredentials> = {
  roles: ['admin', livechatRoles.agent],
  operator: true,
  status: 'online',
  statusLivechat: 'available',
};

async function newAdmin(
  { ids, clock, passwords, settings }: BootstrapAccountsDeps,
  admin: AdminAccount,
  password: string,
) {
  const now = clock();
  return {
    _id: ids.meteorId(),
    createdAt: now,
    services: { password: { bcrypt: await passwords.hash(digestPassword(password)) } },
    username: admin.username,
    emails: [{ address: admin.email.toLowerCase(), verified: true }],
    type: 'user',
    status: 'offline',
    statusDefault: 'online',
    active: true,
    roles: ['admin'],
    ...(admin.isAgent && !settings.isBesideRocketChat() && agentOnline),
    name: admin.username,
    settings: {},
    utcOffset: 0,
    _updatedAt: now,
  };
}
