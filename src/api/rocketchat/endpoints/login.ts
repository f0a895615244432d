import { type LogInDeps, logIn } from '../../../domain/accounts/log-in.ts';
import { LoginRefusedError } from '../../../domain/accounts/login-refusal.ts';
import { endpoint } from '../endpoint.ts';
import { readCredentials } from '../login-body.ts';
import { notALogin, refusedLogin } from '../login-failure.ts';
import { type PresentMeDeps, presentMe } from '../present-me.ts';
import { params } from '../validation/params.ts';
import type { Schema } from '../validation/schema.ts';

/** It has too many forms for a schema; `readCredentials` knows them, and how long their texts may be. */
const loginBody: Schema = {};

const accepted = params('legacy', { body: loginBody });

/** `POST login`: returns a token for a password, or resumes a login by its token. */
export const login = (deps: LogInDeps & PresentMeDeps) =>
  endpoint({
    operationId: 'login',
    method: 'post',
    path: '/login',
    access: { kind: 'public' },
    input: accepted,
    handle: async (body, caller) => {
      const credentials = readCredentials(body, caller.header('x-2fa-code'));
      if (!credentials) throw notALogin();
      try {
        const { user, authToken } = await logIn(deps, credentials, caller.network);
        const data = { userId: user._id, authToken, me: presentMe(deps, user) };
        return { status: 'success', data };
      } catch (error) {
        throw error instanceof LoginRefusedError ? refusedLogin(error.refusal) : error;
      }
    },
  });
