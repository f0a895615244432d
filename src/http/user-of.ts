import type { User } from '../domain/accounts/user.ts';
import type { Caller } from './endpoint.ts';

/** The calling user, on an endpoint that only users may call. */
export function userOf(caller: Pick<Caller, 'user'>): User {
  if (!caller.user) throw new Error('an endpoint for users was reached without one');
  return caller.user;
}
