import { showUser } from '../../../domain/accounts/show-user.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { anyOf, nullable, object, optional, string } from '../validation/schema.ts';

const also = {
  // Accepted but not used: `fields` as in Rocket.Chat, the rooms since they are in `rooms.get`.
  includeUserRooms: optional(string('word')),
  fields: optional(nullable(string('queryJson'))),
};
const query = anyOf(
  object({ userId: string('id'), ...also }),
  object({ username: string('name'), ...also }),
  object({ email: string('email'), ...also }),
);

const accepted = params('legacy', { query });

/** `GET users.info`: a user, as much of them as the caller may see. */
export const usersInfo = (deps: Pick<Dependencies, 'access' | 'users'>) =>
  endpoint({
    operationId: 'users-info',
    method: 'get',
    path: '/users.info',
    access: { kind: 'user' },
    input: accepted,
    handle: async (named, caller) => ({ user: await showUser(deps, userOf(caller), named) }),
  });
