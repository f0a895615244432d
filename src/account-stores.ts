import { availableParallelism } from 'node:os';
import type { Db } from 'mongodb';
import { createPasswordMemory } from './domain/accounts/password-memory.ts';
import { createPasswordHashing } from './domain/accounts/passwords.ts';
import type { Clock } from './domain/clock.ts';
import type { Dependencies } from './domain/dependencies.ts';
import { WorkQueue } from './domain/work-queue.ts';
import { createLoginAttemptStore } from './storage/accounts/login-attempts.ts';
import { createRoleStore } from './storage/accounts/roles.ts';
import { createSystemUserSource } from './storage/accounts/system-user.ts';
import { createUsedCodeStore } from './storage/accounts/used-codes.ts';

/** The stores about accounts that need nothing but the database, and the queues in front of logins. */
export const createAccountStores = (
  db: Db,
  clock: Clock,
): Pick<
  Dependencies,
  'loginAttempts' | 'loginQueue' | 'passwordMemory' | 'passwords' | 'roles' | 'systemUser' | 'usedCodes'
> => ({
  loginAttempts: createLoginAttemptStore(db),
  loginQueue: new WorkQueue({ atATime: 8, mostWaiting: 500, longestWaitMs: 5_000 }),
  passwordMemory: createPasswordMemory(clock),
  passwords: createPasswordHashing(createHashQueue()),
  roles: createRoleStore(db),
  systemUser: createSystemUserSource(db),
  usedCodes: createUsedCodeStore(db),
});

/** Two hashes at a time leave two of libuv's four threads to others; on two processors, one leaves a processor. */
const createHashQueue = (): WorkQueue =>
  new WorkQueue({
    atATime: Math.max(1, Math.min(2, availableParallelism() - 1)),
    mostWaiting: 100,
    longestWaitMs: 5_000,
  });
