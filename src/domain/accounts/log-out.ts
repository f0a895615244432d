import type { Dependencies } from '../dependencies.ts';
import { hashToken } from './login-tokens.ts';

export type LogOutDeps = Pick<Dependencies, 'users' | 'access'>;

/** Gives up one token of a user; from then on it opens nothing here, and within seconds nothing anywhere. */
export async function logOut({ users, access }: LogOutDeps, userId: string, token: string): Promise<void> {
  await users.removeToken(userId, hashToken(token));
  access.forgetUser(userId);
}
