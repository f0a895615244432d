import {
  listPersonalAccessTokens,
  type PersonalAccessTokenDeps,
} from '../../../domain/accounts/personal-access-tokens.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', {});

/** `GET users.getPersonalAccessTokens`: the caller's own, without the secrets. */
export const usersGetPersonalAccessTokens = (deps: PersonalAccessTokenDeps) =>
  endpoint({
    operationId: 'users-get-personal-access-tokens',
    method: 'get',
    path: '/users.getPersonalAccessTokens',
    access: { kind: 'user' },
    input: accepted,
    handle: async (_input, caller) => {
      const tokens = await listPersonalAccessTokens(deps, userOf(caller));
      return {
        tokens: tokens.map(({ name, createdAt, lastTokenPart, bypassTwoFactor }) => ({
          name,
          createdAt,
          lastTokenPart,
          bypassTwoFactor: bypassTwoFactor ?? false,
        })),
      };
    },
  });
