import { type BegunAttempt, beginLoginAttempt, type LoginAttemptsDeps } from './login-attempts.ts';
import { type LoginRefusal, LoginRefusedError } from './login-refusal.ts';
import type { PasswordHashing } from './passwords.ts';
import { checkSecondFactor, type SecondFactorDeps } from './second-factor.ts';
import type { UserStore, UserWithCredentials } from './user.ts';

/** A password and whose it is. `digest` is the password's lower-case hex SHA-256. */
export interface PasswordCredentials {
  readonly kind: 'password';
  readonly user: { readonly username: string } | { readonly email: string };
  readonly digest: string;
  /** From an authenticator app, for users who have one. */
  readonly code?: string | undefined;
}

export type VerifyPasswordDeps = LoginAttemptsDeps &
  SecondFactorDeps & {
    readonly users: UserStore;
    readonly passwords: PasswordHashing;
  };

/**
 * The user whose password it is, and the attempt, which the caller has to end as successful.
 * @throws {LoginRefusedError}
 */
export async function verifyPassword(
  deps: VerifyPasswordDeps,
  { user: by, digest, code }: PasswordCredentials,
  ip: string,
): Promise<{ readonly user: UserWithCredentials; readonly attempt: BegunAttempt }> {
  const user = await findUser(deps, by);
  const username = user?.username ?? ('username' in by ? by.username : undefined);
  const attempt = await beginLoginAttempt(deps, { ip, username, userId: user?._id });
  const matches = await deps.passwords.matches(digest, user?.services.password?.bcrypt);
  if (!user || !matches) throw new LoginRefusedError(user ? 'wrong-password' : 'unknown-user');
  const refusal = findIneligibility(user) ?? (await checkSecondFactor(deps, user, code));
  if (refusal === undefined) return { user, attempt };
  if (refusal !== 'second-factor-invalid') await attempt.withdraw();
  throw new LoginRefusedError(refusal);
}

/** The user with the name or, in any case, the address. */
export async function findUser(
  { users }: Pick<VerifyPasswordDeps, 'users'>,
  by: PasswordCredentials['user'],
): Promise<UserWithCredentials | null> {
  const found = await users.findWithCredentials(by);
  if (found || 'username' in by) return found;
  const email = by.email.toLowerCase();
  return email === by.email ? null : users.findWithCredentials({ email });
}

/** Some users may not log in even with the right password. */
export function findIneligibility({ type, active }: UserWithCredentials): LoginRefusal | undefined {
  if (type === 'app') return 'app-user';
  return active === false ? 'inactive-user' : undefined;
}
