import {
  type PersonalAccessTokenDeps,
  removePersonalAccessToken,
} from '../../../domain/accounts/personal-access-tokens.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { body: object({ tokenName: string('name') }) });

/** `POST users.removePersonalAccessToken`: ends a token of the caller's at once. */
export const usersRemovePersonalAccessToken = (deps: PersonalAccessTokenDeps) =>
  endpoint({
    operationId: 'users-remove-personal-access-token',
    method: 'post',
    path: '/users.removePersonalAccessToken',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ tokenName }, caller) => {
      await removePersonalAccessToken(deps, userOf(caller), tokenName);
      return {};
    },
  });
