import { listKeys, type PersonalAccessTokenDeps } from '../../../domain/accounts/personal-access-tokens.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';

/** `GET keys`: the user's own keys, without the secrets. */
export const keysList = (deps: PersonalAccessTokenDeps) =>
  endpoint({
    operationId: 'foyer-keys-list',
    method: 'get',
    path: '/keys',
    access: { kind: 'user' },
    scope: 'none',
    input: validated(),
    handle: async (_, caller) => {
      const keys = await listKeys(deps, userOf(caller));
      return {
        keys: keys.map(({ name = '', createdAt, lastTokenPart = '', scopes }) => ({
          name,
          createdAt: createdAt ?? null,
          lastTokenPart,
          scopes,
        })),
      };
    },
  });
