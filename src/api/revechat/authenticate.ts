import type { Request } from 'express';
import { type LogInByBasicDeps, logInByBasic } from '../../domain/accounts/log-in-by-basic.ts';
import { LoginRefusedError } from '../../domain/accounts/login-refusal.ts';
import type { User } from '../../domain/accounts/user.ts';
import { basicCredentials } from '../../http/basic-credentials.ts';
import { badCredentials, notSuperAdmin } from './errors.ts';

/**
 * The user who calls, by their e-mail address (or user name) and password.
 * @param network what the caller's login attempts are counted by.
 * @throws {ReveChatError} 401, whatever is wrong.
 */
export async function authenticate(deps: LogInByBasicDeps, req: Request, network: string): Promise<User> {
  const credentials = basicCredentials(req);
  if (credentials === undefined) throw badCredentials();
  try {
    return await logInByBasic(deps, credentials, network);
  } catch (error) {
    throw error instanceof LoginRefusedError ? badCredentials() : error;
  }
}

/** @throws {ReveChatError} 403 unless the user is an administrator, REVE Chat's Super Admin. */
export function authorize(user: User | undefined): void {
  if (!user?.roles.includes('admin')) throw notSuperAdmin();
}
