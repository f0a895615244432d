import { type CreateUserDeps, createUser } from '../../../domain/accounts/create-user.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, boolean, nullable, object, optional, record, string } from '../validation/schema.ts';
import { withoutNulls } from '../validation/without-nulls.ts';

const ignoredText = optional(nullable(string('description')));
const flag = optional(nullable(boolean()));
const body = object({
  email: string('email'),
  name: string('name'),
  password: string('password'),
  username: string('username'),
  active: flag,
  roles: optional(arrayOf(string('id'))),
  requirePasswordChange: flag,
  verified: flag,
  customFields: optional(record('fieldValue')),
  // Accepted but not used.
  bio: ignoredText,
  nickname: ignoredText,
  statusText: ignoredText,
  joinDefaultChannels: flag,
  setRandomPassword: flag,
  sendWelcomeEmail: flag,
  fields: ignoredText,
  freeSwitchExtension: ignoredText,
});

const accepted = params('legacy', { body });

/** `POST users.create`: creates a user with a password. */
export const usersCreate = (deps: CreateUserDeps) =>
  endpoint({
    operationId: 'users-create',
    method: 'post',
    path: '/users.create',
    access: { kind: 'all-of', permissions: ['create-user'] },
    input: accepted,
    handle: async (input, caller) => ({ user: await createUser(deps, userOf(caller), withoutNulls(input)) }),
  });
