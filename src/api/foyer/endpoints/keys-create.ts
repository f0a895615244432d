import { body } from 'express-validator';
import { type KeyScope, keyScopes } from '../../../domain/accounts/key-scopes.ts';
import {
  generatePersonalAccessToken,
  type PersonalAccessTokenDeps,
} from '../../../domain/accounts/personal-access-tokens.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';

const isListOfScopes = (list: readonly unknown[]): boolean =>
  list.every((each) => keyScopes.some((scope) => scope === each));

const accepted = validated<{ name: string; scopes: readonly KeyScope[] }>(
  body('name').isString().bail().trim().isLength({ min: 1, max: maxLengths.name }),
  // One chain, which looks at no entry of a list that is too long.
  body('scopes').isArray({ min: 1, max: keyScopes.length }).bail().custom(isListOfScopes),
);

/** `POST keys`: issues a key that is limited to scopes. */
export const keysCreate = (deps: PersonalAccessTokenDeps) =>
  endpoint({
    operationId: 'foyer-keys-create',
    method: 'post',
    path: '/keys',
    access: { kind: 'user' },
    scope: 'none',
    input: accepted,
    handle: async ({ name, scopes }, caller) => {
      const key = { name, bypassTwoFactor: false, scopes: [...new Set(scopes)] };
      return {
        name,
        scopes: key.scopes,
        token: await generatePersonalAccessToken(deps, userOf(caller), key),
      };
    },
  });
