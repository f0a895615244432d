import type { User } from '../../domain/accounts/user.ts';
import type { Caller } from '../../http/endpoint.ts';

/** The user who calls; every endpoint of this dialect has one. */
export function callingUser({ user }: Caller): User {
  if (user === undefined) throw new Error('an endpoint was called without a user');
  return user;
}
