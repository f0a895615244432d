import type { AccessControl } from './access.ts';
import { hashToken } from './login-tokens.ts';
import type { UserStore } from './user.ts';

export type LogOutDeps = { readonly users: UserStore; readonly access: AccessControl };

/** Gives up one token of a user; from then on it opens nothing here, and within seconds nothing anywhere. */
export async function logOut({ users, access }: LogOutDeps, userId: string, token: string): Promise<void> {
  await users.removeToken(userId, hashToken(token));
  access.forgetUser(userId);
}
