import type { WorkQueue } from '../work-queue.ts';
import { LoginRefusedError } from './login-refusal.ts';
import type { PasswordMemory } from './password-memory.ts';
import { digestPassword } from './passwords.ts';
import { checkSecondFactor } from './second-factor.ts';
import type { User } from './user.ts';
import { findIneligibility, findUser, type VerifyPasswordDeps, verifyPassword } from './verify-password.ts';

export type LogInByBasicDeps = VerifyPasswordDeps & {
  readonly loginQueue: WorkQueue;
  readonly passwordMemory: PasswordMemory;
};

/**
 * The user with an e-mail address or a name, and a password, for clients that send both with every request. Failures
 * count as failed logins. A user with a second factor is refused, since there is no way to send the code.
 * @throws {LoginRefusedError}
 * @throws {OverloadedError} if too many logins by password are waiting.
 */
export async function logInByBasic(
  deps: LogInByBasicDeps,
  { username, password }: { readonly username: string; readonly password: string },
  ip: string,
): Promise<User> {
  const by = username.includes('@') ? { email: username } : { username };
  const digest = digestPassword(password);
  const known = await findUser(deps, by);
  if (known && deps.passwordMemory.isRemembered(known, digest)) {
    const refusal = findIneligibility(known) ?? (await checkSecondFactor(deps, known, undefined));
    if (refusal) throw new LoginRefusedError(refusal);
    return known;
  }
  const credentials = { kind: 'password', user: by, digest } as const;
  const { user, attempt } = await deps.loginQueue.run(() => verifyPassword(deps, credentials, ip));
  await attempt.succeed();
  deps.passwordMemory.remember(user, digest);
  return user;
}
