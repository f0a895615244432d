import { showUser } from '../../../domain/accounts/show-user.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { anyOf, nullable, object, optional, string } from '../validation/schema.ts';

// Accepted but not used: `fields` as in Rocket.Chat, the rooms since they are in `rooms.get`.
const unused = {
  includeUserRooms: optional(string('word')),
  fields: optional(nullable(string('queryJson'))),
};

/** In the order of Rocket.Chat's own schema, which its refusals show. */
const query = anyOf(
  object({ userId: string('id'), ...unused }),
  object({ username: string('name'), ...unused }),
  // Nobody is known by these two.
  object({ importId: string('id'), ...unused }),
  object({ email: string('email'), ...unused }),
  object({ freeSwitchExtension: string('word'), ...unused }),
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
    handle: async (given, caller) => {
      const [name = '', value] = Object.entries(given).find(([key]) => !(key in unused)) ?? [];
      if (!value) throw plainError('Invalid search query.');
      return { user: await showUser(deps, userOf(caller), { [name]: value }) };
    },
  });
