import type { Request } from 'express';
import type { AccessControl } from '../../domain/accounts/access.ts';
import type { User } from '../../domain/accounts/user.ts';
import type { EndpointFacts } from '../../http/dialect.ts';
import { isAllowed } from '../../http/is-allowed.ts';
import { RocketChatError } from './errors.ts';

const mustLogIn = 'You must be logged in to do this.';
const nameless = 'Users must have a username [error-unauthorized]';
const notAllowed = 'User does not have the permissions required for this action [error-unauthorized]';

/**
 * The user whom the token headers identify. Public endpoints accept them too, since some users have no rate limits.
 * @throws {RocketChatError} if the endpoint requires a user: 401 without valid headers, 403 for a user without a
 *   name.
 */
export function authenticate(
  access: AccessControl,
  req: Request,
  endpoint: EndpointFacts,
): User | undefined | Promise<User | undefined> {
  const userId = req.get('x-user-id');
  const token = req.get('x-auth-token');
  if (!userId || !token) return admit(endpoint, null);
  const found = access.findUserByToken(userId, token);
  return found instanceof Promise ? found.then((user) => admit(endpoint, user)) : admit(endpoint, found);
}

function admit(endpoint: EndpointFacts, user: User | null): User | undefined {
  if (endpoint.access.kind === 'public') return user ?? undefined;
  // In Rocket.Chat, users who have not chosen a name yet may do nothing.
  if (user && !user.username) throw new RocketChatError({ status: 403, error: nameless });
  if (user) return user;
  // Clients of 7.0 and older read `status` and `message`, newer ones `success` and `error`.
  throw new RocketChatError({ status: 401, error: mustLogIn, legacyMessage: mustLogIn });
}

/** @throws {RocketChatError} 403 if the user lacks the permissions that the endpoint requires. */
export function authorize(access: AccessControl, endpoint: EndpointFacts, user: User | undefined): void {
  if (!isAllowed(access, endpoint.access, user))
    throw new RocketChatError({ status: 403, error: notAllowed });
}
