import { availableParallelism } from 'node:os';
import type { Db } from 'mongodb';
import { createAccessControl } from './domain/accounts/access.ts';
import { createPasswordMemory } from './domain/accounts/password-memory.ts';
import { createPasswordHashing } from './domain/accounts/passwords.ts';
import type { Dependencies } from './domain/dependencies.ts';
import { WorkQueue } from './domain/work-queue.ts';
import { createKeyScopeStore } from './storage/accounts/key-scopes.ts';
import { createLoginAttemptStore } from './storage/accounts/login-attempts.ts';
import { createRoleStore } from './storage/accounts/roles.ts';
import { createSystemUserSource } from './storage/accounts/system-user.ts';
import { createUsedCodeStore } from './storage/accounts/used-codes.ts';
import { createUserStore } from './storage/accounts/users.ts';
import type { Announcer } from './storage/feed/announcer.ts';

type AccountDependency =
  | 'access'
  | 'keyScopes'
  | 'loginAttempts'
  | 'loginQueue'
  | 'passwordMemory'
  | 'passwords'
  | 'roles'
  | 'systemUser'
  | 'usedCodes'
  | 'users';

export interface AccountStoresOptions
  extends Pick<Dependencies, 'clock' | 'ids' | 'permissions' | 'settings'> {
  readonly announcer: Announcer;
  /** How long a user is remembered. */
  readonly rememberMs: number;
}

/** The stores about accounts, and the queues in front of logins. */
export function createAccountStores(
  db: Db,
  { announcer, ids, ...options }: AccountStoresOptions,
): Pick<Dependencies, AccountDependency> {
  const { clock } = options;
  const users = createUserStore(db, clock, announcer.reporterFor('users'));
  const keyScopes = createKeyScopeStore(db);
  return {
    access: createAccessControl({ users, keyScopes, ...options }),
    keyScopes,
    loginAttempts: createLoginAttemptStore(db, ids),
    loginQueue: new WorkQueue({ atATime: 8, mostWaiting: 500, longestWaitMs: 5_000 }),
    passwordMemory: createPasswordMemory(clock),
    passwords: createPasswordHashing(createHashQueue()),
    roles: createRoleStore(db),
    systemUser: createSystemUserSource(db),
    usedCodes: createUsedCodeStore(db),
    users,
  };
}

/** Two hashes at a time leave two of libuv's four threads to others; on two processors, one leaves a processor. */
const createHashQueue = (): WorkQueue =>
  new WorkQueue({
    atATime: Math.max(1, Math.min(2, availableParallelism() - 1)),
    mostWaiting: 100,
    longestWaitMs: 5_000,
  });
