import { type SetUserStatusDeps, setUserStatus } from '../../../domain/accounts/set-user-status.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { nullable, openObject, optional, string } from '../validation/schema.ts';

const body = openObject({
  message: optional(nullable(string('status'))),
  status: optional(nullable(string('status'))),
  userId: optional(string('id')),
  username: optional(string('username')),
});

const accepted = params('match', { body });

/** `POST users.setStatus`: sets the presence and status text of the caller or, with a permission, of another user. */
export const usersSetStatus = (deps: SetUserStatusDeps) =>
  endpoint({
    operationId: 'users-set-status',
    method: 'post',
    path: '/users.setStatus',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ userId, username, ...change }, caller) => {
      if (typeof change.message !== 'string' && typeof change.status !== 'string')
        throw plainError('Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation');
      await setUserStatus(deps, userOf(caller), { userId, username }, change);
      return {};
    },
  });
