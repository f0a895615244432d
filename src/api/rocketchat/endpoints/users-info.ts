import { showUser } from '../../../domain/accounts/show-user.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { meteorError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

const query = object({
  userId: optional(string('id')),
  username: optional(string('name')),
  email: optional(string('email')),
  // Accepted but not used: `fields` as in Rocket.Chat, the rooms since they are in `rooms.get`.
  includeUserRooms: optional(string('word')),
  fields: optional(nullable(string('queryJson'))),
});

const accepted = params('legacy', { query });

/** What Rocket.Chat says of a query that names nobody. */
const needsOne = ['userId', 'username', 'email']
  .map((name) => `must have required property '${name}'`)
  .concat('must match a schema in anyOf')
  .join('\n ');

/** `GET users.info`: a user, as much of them as the caller may see. */
export const usersInfo = (deps: Pick<Dependencies, 'access' | 'users'>) =>
  endpoint({
    operationId: 'users-info',
    method: 'get',
    path: '/users.info',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ userId, username, email }, caller) => {
      const given = [userId, username, email].filter((each) => each !== undefined);
      if (given.length !== 1) throw meteorError('invalid-params', needsOne);
      return { user: await showUser(deps, userOf(caller), { userId, username, email }) };
    },
  });
