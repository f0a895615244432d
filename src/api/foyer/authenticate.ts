import type { Request } from 'express';
import type { AccessControl } from '../../domain/accounts/access.ts';
import type { User } from '../../domain/accounts/user.ts';
import type { EndpointFacts } from '../../http/dialect.ts';
import { isAllowed } from '../../http/is-allowed.ts';
import { Problem } from './problem.ts';

/**
 * The user whom `X-Auth-Token` and `X-User-Id` identify, by a login token or a personal access token.
 * @throws {Problem} 401
 */
export async function authenticate(access: AccessControl, req: Request): Promise<User> {
  const userId = req.get('x-user-id');
  const token = req.get('x-auth-token');
  const user = userId && token ? await access.findUserByToken(userId, token) : null;
  if (user === null) throw new Problem(401, 'not-logged-in');
  return user;
}

/** @throws {Problem} 403 if the user lacks the permissions that the endpoint requires. */
export function authorize(access: AccessControl, endpoint: EndpointFacts, user: User | undefined): void {
  if (isAllowed(access, endpoint.access, user)) return;
  const needed = endpoint.access.kind === 'all-of' ? endpoint.access.permissions : [];
  throw new Problem(403, 'not-allowed', { detail: `This needs ${needed.join(', ')}.` });
}
