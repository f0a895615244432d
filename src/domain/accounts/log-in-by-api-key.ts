import type { KeyScopeStore } from './key-scopes.ts';
import { hashToken, tokensOf } from './login-tokens.ts';
import type { User, UserStore } from './user.ts';
import { findIneligibility } from './verify-password.ts';

export interface LogInByApiKeyDeps {
  readonly keyScopes: KeyScopeStore;
  readonly users: UserStore;
}

export interface ApiKeyCredentials {
  /** An e-mail address or a user name; absent if the client sends the key alone. */
  readonly username?: string;
  readonly key: string;
}

/**
 * The user who has an API key, which is one of Rocket.Chat's personal access tokens, together with their e-mail
 * address or user name if that is given. No attempts are counted: a key is too long to be guessed.
 * @returns null if the two do not belong together, if the user may not log in, or if the key is limited to scopes.
 */
export async function logInByApiKey(
  { keyScopes, users }: LogInByApiKeyDeps,
  { username, key }: ApiKeyCredentials,
): Promise<User | null> {
  const hashedToken = hashToken(key);
  // Before the user, since the scopes of a key go after the key itself.
  if ((await keyScopes.find(hashedToken)) !== null) return null;
  const user = await users.findWithCredentials({ hashedToken });
  if (!user || findIneligibility(user)) return null;
  const token = tokensOf(user.services).find((each) => each.hashedToken === hashedToken);
  if (token?.type !== 'personalAccessToken') return null;
  if (username === undefined) return user;
  const name = username.toLowerCase();
  const isTheirs =
    user.username?.toLowerCase() === name ||
    user.emails?.some(({ address }) => address.toLowerCase() === name);
  return isTheirs ? user : null;
}
