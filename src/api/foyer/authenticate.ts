import type { Request } from 'express';
import type { AccessControl } from '../../domain/accounts/access.ts';
import type { User } from '../../domain/accounts/user.ts';
import type { EndpointFacts } from '../../http/dialect.ts';
import { isAllowed } from '../../http/is-allowed.ts';
import { Problem } from './problem.ts';

/**
 * The user whom `X-Auth-Token` and `X-User-Id` identify, by a login token or a personal access token.
 * @returns undefined if nobody says who they are where anyone may call.
 * @throws {Problem} 401; 403 if the token is limited to other scopes than the endpoint needs.
 */
export async function authenticate(
  access: AccessControl,
  req: Request,
  endpoint: EndpointFacts,
): Promise<User | undefined> {
  const userId = req.get('x-user-id');
  const token = req.get('x-auth-token');
  if (endpoint.access.kind === 'public' && !userId && !token) return undefined;
  const holder = userId && token ? await access.findByToken(userId, token) : null;
  if (holder === null) throw new Problem(401, 'not-logged-in');
  const { scope = endpoint.method === 'get' ? 'read' : 'write' } = endpoint;
  if (holder.scopes === null || holder.scopes.some((each) => each === scope)) return holder.user;
  throw new Problem(403, 'scope-missing', {
    detail: scope === 'none' ? 'Keys with scopes may not do this.' : `This needs the scope ${scope}.`,
  });
}

/** @throws {Problem} 403 if the user lacks the permissions that the endpoint requires. */
export function authorize(access: AccessControl, endpoint: EndpointFacts, user: User | undefined): void {
  if (isAllowed(access, endpoint.access, user)) return;
  const needed = endpoint.access.kind === 'all-of' ? endpoint.access.permissions : [];
  throw new Problem(403, 'not-allowed', { detail: `This needs ${needed.join(', ')}.` });
}
