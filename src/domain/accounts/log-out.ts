import type { AccessControl } from './access.ts';
import { hashToken } from './login-tokens.ts';
import type { UserStore } from './user.ts';

export type LogOutDeps = { readonly users: UserStore; readonly access: AccessControl };

/** Revokes one of a user's tokens: from now on in this instance, and within seconds in all others. */
export async function logOut({ users, access }: LogOutDeps, userId: string, token: string): Promise<void> {
  await users.removeToken(userId, hashToken(token));
  access.forgetUser(userId);
}
