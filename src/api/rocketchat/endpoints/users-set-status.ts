import { type SetUserStatusDeps, setUserStatus } from '../../../domain/accounts/set-user-status.ts';
import type { User } from '../../../domain/accounts/user.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { forbidden, meteorError, plainError } from '../errors.ts';
import { userOf } from '../user-of.ts';
import { params } from '../validation/params.ts';
import { nullable, openObject, optional, string } from '../validation/schema.ts';

const body = openObject({
  message: optional(nullable(string())),
  status: optional(nullable(string())),
  userId: optional(string()),
  username: optional(string()),
});

type Deps = SetUserStatusDeps & Pick<Dependencies, 'users' | 'access' | 'settings'>;

const accepted = params('match', { body });

/** `POST users.setStatus`: presence and its text, one's own or, with a permission, another's. */
export const usersSetStatus = (deps: Deps) =>
  endpoint({
    operationId: 'users-set-status',
    method: 'post',
    path: '/users.setStatus',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ userId, username, ...change }, caller) => {
      if (typeof change.message !== 'string' && typeof change.status !== 'string')
        throw plainError('Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation');
      if (!deps.settings.get('Accounts_AllowUserStatusMessageChange')) throw changeNotAllowed();
      const user = await findUser(deps, userOf(caller), userId, username);
      await setUserStatus(deps, user._id, change);
      return {};
    },
  });

const changeNotAllowed = () =>
  meteorError('error-not-allowed', 'Change status is not allowed', { method: 'users.setStatus' });

async function findUser(
  { users, access }: Deps,
  caller: User,
  userId: string | undefined,
  username: string | undefined,
): Promise<User> {
  const own =
    (userId === undefined || userId === caller._id) &&
    (username === undefined || username === caller.username);
  if (own) return caller;
  if (!access.hasPermission(caller, 'edit-other-user-info')) throw forbidden();
  const found =
    userId === undefined ? await users.findByUsername(username ?? '') : await users.findById(userId);
  if (found) return found;
  const reason = 'The required "userId" or "username" param provided does not match any users';
  throw meteorError('error-invalid-user', reason);
}
