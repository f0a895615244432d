import type { IdSource } from '../ids.ts';
import type { WorkQueue } from '../work-queue.ts';
import type { AccessControl } from './access.ts';
import type { KeyScopeStore } from './key-scopes.ts';
import { LoginRefusedError } from './login-refusal.ts';
import { hashToken, isTokenAlive, loginExpiryCutoff, tokensOf } from './login-tokens.ts';
import type { StoredToken, UserWithCredentials } from './user.ts';
import {
  findIneligibility,
  type PasswordCredentials,
  type VerifyPasswordDeps,
  verifyPassword,
} from './verify-password.ts';

/** How a client proves who they are. */
export type Credentials = PasswordCredentials | { readonly kind: 'resume'; readonly token: string };

export interface LoggedIn {
  readonly user: UserWithCredentials;
  /** What the client sends as `X-Auth-Token` from now on. */
  readonly authToken: string;
}

export type LogInDeps = VerifyPasswordDeps & {
  readonly ids: IdSource;
  readonly access: AccessControl;
  readonly keyScopes: KeyScopeStore;
  readonly loginQueue: WorkQueue;
};

/**
 * Logs a user in by password, which issues a new token, or by the token of an earlier login, which is returned
 * unchanged.
 * @throws {LoginRefusedError}
 * @throws {OverloadedError} if too many logins by password are waiting.
 */
export async function logIn(deps: LogInDeps, credentials: Credentials, ip: string): Promise<LoggedIn> {
  if (credentials.kind === 'resume') return resume(deps, credentials.token);
  // All of it: an attempt counts as failed from its beginning, and those that wait must not block each other.
  return deps.loginQueue.run(() => logInByPassword(deps, credentials, ip));
}

async function logInByPassword(
  deps: LogInDeps,
  credentials: PasswordCredentials,
  ip: string,
): Promise<LoggedIn> {
  const { user, attempt } = await verifyPassword(deps, credentials, ip);
  const authToken = await issueToken(deps, user);
  await attempt.succeed();
  return { user, authToken };
}

async function resume({ keyScopes, users, settings, clock }: LogInDeps, token: string): Promise<LoggedIn> {
  const hashedToken = hashToken(token);
  // Before the user, since the scopes of a key go after the key itself.
  const scopes = await keyScopes.find(hashedToken);
  const user = await users.findWithCredentials({ hashedToken });
  const stored = user && tokensOf(user.services).find((candidate) => candidate.hashedToken === hashedToken);
  if (!user || !stored || scopes !== null) throw new LoginRefusedError('invalid-token');
  if (!isTokenAlive(stored, loginExpiryCutoff(settings, clock())))
    throw new LoginRefusedError('expired-token');
  const refusal = findIneligibility(user);
  if (refusal) throw new LoginRefusedError(refusal);
  return { user, authToken: token };
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
