import { createUser } from '../../../domain/create-user.ts';
import { endpoint } from '../../../http/endpoint.ts';
import { params } from '../params.ts';
import { arrayOf, boolean, openObject, optional, string } from '../schema.ts';
import { userOf } from '../user-of.ts';

const body = openObject({
  email: string(),
  name: string(),
  password: string(),
  username: string(),
  active: optional(boolean()),
  roles: optional(arrayOf(string())),
  requirePasswordChange: optional(boolean()),
  verified: optional(boolean()),
});

const accepted = params('legacy', { body });

/** `POST users.create`: a user with a password. */
export const usersCreate = (deps: Parameters<typeof createUser>[0]) =>
  endpoint({
    operationId: 'users-create',
    method: 'post',
    path: '/users.create',
    access: { kind: 'all-of', permissions: ['create-user'] },
    input: accepted,
    handle: async (input, caller) => ({ user: await createUser(deps, userOf(caller), input) }),
  });
