import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { AccessControl } from './access.ts';
import { hashToken, tokensOf } from './login-tokens.ts';
import type { StoredToken, User, UserStore } from './user.ts';

export interface PersonalAccessTokenDeps {
  readonly access: AccessControl;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly users: UserStore;
}

const type = 'personalAccessToken';
const shownCharacters = 6;

/**
 * Issues a token that does not expire: Rocket.Chat's clients send it as `X-Auth-Token`, LiveChat's as their API key.
 * @returns the token, which cannot be read again.
 * @throws {AppError} `not-allowed`, `error-token-already-exists`
 */
export async function generatePersonalAccessToken(
  deps: PersonalAccessTokenDeps,
  user: User,
  { name, bypassTwoFactor }: { readonly name: string; readonly bypassTwoFactor: boolean },
): Promise<string> {
  refuseUnlessAllowed(deps, user);
  const token = deps.ids.secret();
  const added = await deps.users.addPersonalAccessToken(user._id, {
    ...{ hashedToken: hashToken(token), type, createdAt: deps.clock() },
    ...{ lastTokenPart: token.slice(-shownCharacters), name, bypassTwoFactor },
  });
  if (!added) throw new AppError('error-token-already-exists');
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

/** @throws {AppError} `not-allowed`, `error-token-does-not-exists` */
export async function removePersonalAccessToken(
  deps: PersonalAccessTokenDeps,
  user: User,
  name: string,
): Promise<void> {
  refuseUnlessAllowed(deps, user);
  const removed = await deps.users.removePersonalAccessToken(user._id, name);
  deps.access.forgetUser(user._id);
  if (!removed) throw new AppError('error-token-does-not-exists');
}

function refuseUnlessAllowed({ access }: PersonalAccessTokenDeps, user: User): void {
  if (!access.hasPermission(user, 'create-personal-access-tokens')) throw new AppError('not-allowed');
}
