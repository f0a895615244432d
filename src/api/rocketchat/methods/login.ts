import { withoutCredentials } from '../../../domain/accounts/access.ts';
import { type Credentials, type LogInDeps, logIn } from '../../../domain/accounts/log-in.ts';
import { LoginRefusedError } from '../../../domain/accounts/login-refusal.ts';
import { hashToken, loginExpiryOf, tokensOf } from '../../../domain/accounts/login-tokens.ts';
import { readCredentials } from '../login-body.ts';
import { loginFailure } from '../login-failure.ts';
import { isPlainObject } from '../validation/plain-object.ts';
import type { Schema } from '../validation/schema.ts';
import { MethodError, method, socketOf } from './method.ts';

/** It has too many forms for a schema; `readCredentials` knows them. */
const credentials: Schema = {};

/**
 * `login`: logs a user in on the socket, by password, the password's digest, or the token of an earlier login
 * (`resume`). Clients insist on `tokenExpires`, which personal access tokens do not have: theirs is that of a login
 * now.
 */
export const login = (deps: LogInDeps) =>
  method({
    name: 'login',
    access: { kind: 'public' },
    parameters: [credentials],
    handle: async ([given], caller) => {
      const socket = socketOf(caller);
      const read = readLogin(given);
      if (read === undefined) throw new MethodError(400, 'Match failed');
      // After a restart, an office full of agents resumes at once.
      if (read.kind === 'password') socket.countLogin();
      const { user, authToken } = await logInOrRefuse(deps, read, socket.network);
      await socket.becomeUser({ user: withoutCredentials(user), authToken });
      const hashedToken = hashToken(authToken);
      const stored = tokensOf(user.services).find((each) => each.hashedToken === hashedToken);
      const tokenExpires = loginExpiryOf(deps.settings, stored?.when ?? deps.clock());
      return { id: user._id, token: authToken, tokenExpires, type: read.kind };
    },
  });

/** With the code of an authenticator, the rest is inside of `totp`. */
function readLogin(given: unknown): Credentials | undefined {
  if (!isPlainObject(given) || !isPlainObject(given.totp)) return readCredentials(given);
  const { login: inside, code } = given.totp;
  return isPlainObject(inside) && typeof code === 'string' ? readCredentials(inside, code) : undefined;
}

async function logInOrRefuse(deps: LogInDeps, read: Credentials, network: string) {
  try {
    return await logIn(deps, read, network);
  } catch (error) {
    if (!(error instanceof LoginRefusedError)) throw error;
    const { error: code, message, details } = loginFailure(error.refusal);
    throw new MethodError(code, message, details);
  }
}
