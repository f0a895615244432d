import { type LogOutDeps, logOut } from '../../domain/accounts/log-out.ts';
import type { Caller } from '../../http/endpoint.ts';
import { userOf } from '../../http/user-of.ts';
import { RawBody } from './envelope.ts';

/** Revokes the token of a request, and says so as Rocket.Chat does, without a `success`. */
export async function revokeToken(deps: LogOutDeps, caller: Caller): Promise<RawBody> {
  await logOut(deps, userOf(caller)._id, caller.header('x-auth-token') ?? '');
  return new RawBody({ status: 'success', data: { message: "You've been logged out!" } });
}
