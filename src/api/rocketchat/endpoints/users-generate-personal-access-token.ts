import {
  generatePersonalAccessToken,
  type PersonalAccessTokenDeps,
} from '../../../domain/accounts/personal-access-tokens.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { boolean, object, optional, string } from '../validation/schema.ts';

const body = object({ tokenName: string('name'), bypassTwoFactor: optional(boolean()) });
const accepted = params('legacy', { body });

/** `POST users.generatePersonalAccessToken`: issues a token that does not expire, which is LiveChat's API key, too. */
export const usersGeneratePersonalAccessToken = (deps: PersonalAccessTokenDeps) =>
  endpoint({
    operationId: 'users-generate-personal-access-token',
    method: 'post',
    path: '/users.generatePersonalAccessToken',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ tokenName: name, bypassTwoFactor = false }, caller) => ({
      token: await generatePersonalAccessToken(deps, userOf(caller), { name, bypassTwoFactor }),
    }),
  });
