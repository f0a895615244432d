import { param } from 'express-validator';
import {
  type PersonalAccessTokenDeps,
  removePersonalAccessToken,
} from '../../../domain/accounts/personal-access-tokens.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';

const accepted = validated<{ name: string }>(param('name').isString().isLength({ max: maxLengths.name }));

/** `DELETE keys/:name`: ends a key of the user's own. */
export const keysDelete = (deps: PersonalAccessTokenDeps) =>
  endpoint({
    operationId: 'foyer-keys-delete',
    method: 'delete',
    path: '/keys/:name',
    access: { kind: 'user' },
    scope: 'none',
    input: accepted,
    handle: async ({ name }, caller) => {
      await removePersonalAccessToken(deps, userOf(caller), name);
      return { deleted: 1 };
    },
  });
