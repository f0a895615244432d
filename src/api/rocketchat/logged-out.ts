import { type LogOutDeps, logOut } from '../../domain/accounts/log-out.ts';
import type { Caller } from '../../http/endpoint.ts';
import { RawBody } from './envelope.ts';
import { userOf } from './user-of.ts';

/** Gives up the token of a request, and says so in Rocket.Chat's words, which lack a `success`. */
export async function giveUpToken(deps: LogOutDeps, caller: Caller): Promise<RawBody> {
  await logOut(deps, userOf(caller)._id, caller.header('x-auth-token') ?? '');
  return new RawBody({ status: 'success', data: { message: "You've been logged out!" } });
}
