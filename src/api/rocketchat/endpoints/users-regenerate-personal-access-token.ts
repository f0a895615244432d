import {
  type PersonalAccessTokenDeps,
  regeneratePersonalAccessToken,
} from '../../../domain/accounts/personal-access-tokens.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { body: object({ tokenName: string('name') }) });

/** `POST users.regeneratePersonalAccessToken`: replaces a token by a new one with the same name and rights. */
export const usersRegeneratePersonalAccessToken = (deps: PersonalAccessTokenDeps) =>
  endpoint({
    operationId: 'users-regenerate-personal-access-token',
    method: 'post',
    path: '/users.regeneratePersonalAccessToken',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ tokenName }, caller) => ({
      token: await regeneratePersonalAccessToken(deps, userOf(caller), tokenName),
    }),
  });
