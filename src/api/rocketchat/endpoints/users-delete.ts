import { type RemoveUserDeps, removeUser } from '../../../domain/conversation/remove-user.ts';
import { endpoint } from '../endpoint.ts';
import { meteorError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { boolean, nullable, openObject, optional, string } from '../validation/schema.ts';

const body = openObject({
  userId: optional(nullable(string('id'))),
  username: optional(nullable(string('username'))),
  // The username under another name.
  user: optional(nullable(string('username'))),
  // Accepted but not used: nobody owns a livechat room.
  confirmRelinquish: optional(nullable(boolean())),
});

const accepted = params('legacy', { body });

/** `POST users.delete`: deletes a user, who leaves their conversations to the queue. */
export const usersDelete = (deps: RemoveUserDeps) =>
  endpoint({
    operationId: 'users-delete',
    method: 'post',
    path: '/users.delete',
    access: { kind: 'all-of', permissions: ['delete-user'] },
    input: accepted,
    handle: async ({ userId, username, user }) => {
      const name = username || user;
      if (userId) await removeUser(deps, { userId });
      else if (name) await removeUser(deps, { username: name });
      else throw meteorError('error-user-param-not-provided', notProvided);
      return { deletedRooms: [] };
    },
  });

const notProvided = 'The required "userId" or "username" param was not provided';
