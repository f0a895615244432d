import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { AccessControl } from './access.ts';
import type { KeyScope, KeyScopeStore } from './key-scopes.ts';
import { hashToken, tokensOf } from './login-tokens.ts';
import type { StoredToken, User, UserStore } from './user.ts';

export interface PersonalAccessTokenDeps {
  readonly access: AccessControl;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly keyScopes: KeyScopeStore;
  readonly users: UserStore;
}

const type = 'personalAccessToken';
const shownCharacters = 6;

export interface PersonalAccessTokenRequest {
  readonly name: string;
  readonly bypassTwoFactor: boolean;
  /** What the token is limited to, if it is. */
  readonly scopes?: readonly KeyScope[] | null | undefined;
}

/**
 * Issues a token that does not expire: Rocket.Chat's clients send it as `X-Auth-Token`, LiveChat's as their API key.
 * @returns the token, which cannot be read again.
 * @throws {AppError} `not-allowed`, `error-token-already-exists`
 */
export async function generatePersonalAccessToken(
  deps: PersonalAccessTokenDeps,
  user: User,
  request: PersonalAccessTokenRequest,
): Promise<string> {
  refuseUnlessAllowed(deps, user);
  const token = await issue(deps, user, request, (stored) =>
    deps.users.addPersonalAccessToken(user._id, stored),
  );
  if (token === null) throw new AppError('error-token-already-exists');
  return token;
}

/** Makes a token; null if it cannot be stored. */
async function issue(
  deps: PersonalAccessTokenDeps,
  user: User,
  { name, bypassTwoFactor, scopes }: PersonalAccessTokenRequest,
  store: (token: StoredToken & { readonly name: string }) => Promise<boolean>,
): Promise<string | null> {
  const token = deps.ids.secret();
  const hashedToken = hashToken(token);
  // Before it can be used.
  if (scopes) await deps.keyScopes.add({ _id: hashedToken, userId: user._id, name, scopes });
  const isStored = await store({
    hashedToken,
    type,
    createdAt: deps.clock(),
    lastTokenPart: token.slice(-shownCharacters),
    name,
    bypassTwoFactor,
  });
  if (isStored) return token;
  if (scopes) await deps.keyScopes.remove(hashedToken);
  return null;
}

/**
 * Replaces a token by a new one with the same name and rights; the old one ends at once. If several replace it at once,
 * one does: for the others, it exists no more.
 * @returns the new token.
 * @throws {AppError} `not-allowed`, `error-token-does-not-exists`
 */
export async function regeneratePersonalAccessToken(
  deps: PersonalAccessTokenDeps,
  user: User,
  name: string,
): Promise<string> {
  const found = (await listKeys(deps, user)).find((token) => token.name === name);
  if (found === undefined) throw new AppError('error-token-does-not-exists');
  const { hashedToken, bypassTwoFactor = false, scopes } = found;
  const token = await issue(deps, user, { name, bypassTwoFactor, scopes }, (stored) =>
    deps.users.replacePersonalAccessToken(user._id, hashedToken, stored),
  );
  if (token === null) throw new AppError('error-token-does-not-exists');
  await deps.keyScopes.remove(hashedToken);
  deps.access.forgetUser(user._id);
  return token;
}

/**
 * A user's own tokens, without the secrets.
 * @throws {AppError} `not-allowed`
 */
export async function listPersonalAccessTokens(
  deps: PersonalAccessTokenDeps,
  user: User,
): Promise<readonly StoredToken[]> {
  refuseUnlessAllowed(deps, user);
  const found = await deps.users.findWithCredentials({ id: user._id });
  return found ? tokensOf(found.services).filter((token) => token.type === type) : [];
}

/**
 * The same with what each is limited to; null if it is not.
 * @throws {AppError} `not-allowed`
 */
export async function listKeys(
  deps: PersonalAccessTokenDeps,
  user: User,
): Promise<readonly (StoredToken & { readonly scopes: readonly KeyScope[] | null })[]> {
  const [tokens, limited] = await Promise.all([
    listPersonalAccessTokens(deps, user),
    deps.keyScopes.listByUser(user._id),
  ]);
  const scopesOf = new Map(limited.map(({ _id, scopes }) => [_id, scopes]));
  return tokens.map((token) => ({ ...token, scopes: scopesOf.get(token.hashedToken) ?? null }));
}

/** @throws {AppError} `not-allowed`, `error-token-does-not-exists` */
export async function removePersonalAccessToken(
  deps: PersonalAccessTokenDeps,
  user: User,
  name: string,
): Promise<void> {
  const found = (await listPersonalAccessTokens(deps, user)).find((token) => token.name === name);
  const removed = await deps.users.removePersonalAccessToken(user._id, name);
  if (found) await deps.keyScopes.remove(found.hashedToken);
  deps.access.forgetUser(user._id);
  if (!removed) throw new AppError('error-token-does-not-exists');
}

function refuseUnlessAllowed({ access }: PersonalAccessTokenDeps, user: User): void {
  if (!access.hasPermission(user, 'create-personal-access-tokens')) throw new AppError('not-allowed');
}
