import type { IdSource } from '../ids.ts';
import type { AccessControl } from './access.ts';
import { findLoginBlock, type LoginAttemptsDeps, noteLoginAttempt } from './login-attempts.ts';
import { hashToken, isTokenAlive, loginExpiryCutoff, tokensOf } from './login-tokens.ts';
import { isPassword } from './passwords.ts';
import { isTotpCode } from './totp.ts';
import type { StoredToken, UserStore, UserWithCredentials } from './user.ts';

/** How a client proves who they are. `digest` is the lower-case hex SHA-256 of the password. */
export type Credentials =
  | {
      readonly kind: 'password';
      readonly user: { readonly username: string } | { readonly email: string };
      readonly digest: string;
      /** From an authenticator app, for users who have one. */
      readonly code?: string | undefined;
    }
  | { readonly kind: 'resume'; readonly token: string };

export type LoginRefusal =
  | 'unknown-user'
  | 'wrong-password'
  | 'invalid-token'
  | 'expired-token'
  | 'blocked-for-ip'
  | 'blocked-for-user'
  | 'inactive-user'
  | 'second-factor-required'
  | 'second-factor-invalid'
  | 'app-user';

/** A refused login; the client is told why. */
export class LoginRefusedError extends Error {
  override name = 'LoginRefusedError';
  readonly refusal: LoginRefusal;

  constructor(refusal: LoginRefusal) {
    super(refusal);
    this.refusal = refusal;
  }
}

export interface LoggedIn {
  readonly user: UserWithCredentials;
  /** What the client sends as `X-Auth-Token` from now on. */
  readonly authToken: string;
}

export type LogInDeps = LoginAttemptsDeps & {
  readonly users: UserStore;
  readonly ids: IdSource;
  readonly access: AccessControl;
};

/**
 * Logs a user in by password, which issues a new token, or by the token of an earlier login, which is returned
 * unchanged.
 * @throws {LoginRefusedError}
 */
export async function logIn(deps: LogInDeps, credentials: Credentials, ip: string): Promise<LoggedIn> {
  if (credentials.kind === 'resume') return resume(deps, credentials.token);
  const user = await findUser(deps, credentials.user);
  const username = user?.username ?? ('username' in credentials.user ? credentials.user.username : undefined);
  const block = await findLoginBlock(deps, ip, username);
  if (block) throw new LoginRefusedError(`blocked-for-${block}`);
  const attempt = { ip, username, userId: user?._id };
  const matches = await isPassword(credentials.digest, user?.services.password?.bcrypt);
  if (!user || !matches) {
    await noteLoginAttempt(deps, 'failed', attempt);
    throw new LoginRefusedError(user ? 'wrong-password' : 'unknown-user');
  }
  refuseIneligible(user);
  const factor = checkSecondFactor(deps, user, credentials.code);
  if (factor === 'second-factor-invalid') await noteLoginAttempt(deps, 'failed', attempt);
  if (factor) throw new LoginRefusedError(factor);
  const authToken = await issueToken(deps, user);
  await noteLoginAttempt(deps, 'successful', attempt);
  return { user, authToken };
}

async function findUser(
  { users }: LogInDeps,
  by: { readonly username: string } | { readonly email: string },
): Promise<UserWithCredentials | null> {
  const found = await users.findWithCredentials(by);
  if (found || 'username' in by) return found;
  const email = by.email.toLowerCase();
  return email === by.email ? null : users.findWithCredentials({ email });
}

async function resume({ users, settings, clock }: LogInDeps, token: string): Promise<LoggedIn> {
  const hashedToken = hashToken(token);
  const user = await users.findWithCredentials({ hashedToken });
  const stored = user && tokensOf(user.services).find((candidate) => candidate.hashedToken === hashedToken);
  if (!user || !stored) throw new LoginRefusedError('invalid-token');
  if (!isTokenAlive(stored, loginExpiryCutoff(settings, clock())))
    throw new LoginRefusedError('expired-token');
  refuseIneligible(user);
  return { user, authToken: token };
}

/** Some users may not log in even with the right password. */
function refuseIneligible({ type, active }: UserWithCredentials): void {
  if (type === 'app') throw new LoginRefusedError('app-user');
  if (active === false) throw new LoginRefusedError('inactive-user');
}

/** What is wrong with the second factor of a user who has an authenticator app; undefined if nothing is. */
function checkSecondFactor(
  { settings, clock }: LogInDeps,
  { services: { totp } }: UserWithCredentials,
  code: string | undefined,
): LoginRefusal | undefined {
  if (!totp?.enabled || !settings.get('Accounts_TwoFactorAuthentication_Enabled')) return undefined;
  if (!code) return 'second-factor-required';
  const maxDelta = settings.get('Accounts_TwoFactorAuthentication_MaxDelta');
  return isTotpCode(totp.secret ?? '', code, clock(), maxDelta) ? undefined : 'second-factor-invalid';
}

/** Rocket.Chat lets a user have this many login tokens; the oldest ones are dropped. */
const maxLoginTokens = 50;

async function issueToken(deps: LogInDeps, user: UserWithCredentials): Promise<string> {
  const { users, ids, clock } = deps;
  const authToken = ids.secret();
  const now = clock();
  await users.addLoginToken(user._id, { when: now, hashedToken: hashToken(authToken) }, now);
  const obsolete = obsoleteBefore(tokensOf(user.services), loginExpiryCutoff(deps.settings, now));
  if (obsolete) {
    await users.removeLoginTokensBefore(user._id, obsolete);
    deps.access.forgetUser(user._id);
  }
  return authToken;
}

/** The date before which login tokens are expired or surplus; undefined if there are none of those. */
function obsoleteBefore(tokens: readonly StoredToken[], expired: Date): Date | undefined {
  const times = tokens.flatMap(({ when }) => (when === undefined || when === null ? [] : [Number(when)]));
  const oldestKept = times.sort((a, b) => b - a)[maxLoginTokens - 2] ?? 0;
  const cutoff = Math.max(expired.getTime(), oldestKept);
  return times.some((time) => time < cutoff) ? new Date(cutoff) : undefined;
}
