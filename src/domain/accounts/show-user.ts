import { AppError } from '../errors.ts';
import { type AccessControl, withoutCredentials } from './access.ts';
import type { User, UserStore } from './user.ts';

/** How a user is named: by one of these. */
export interface NamedUser {
  readonly userId?: string | undefined;
  readonly username?: string | undefined;
  readonly email?: string | undefined;
}

/** A user as another may see them. */
export type ShownUser = Partial<User> & Pick<User, '_id'> & { readonly canViewAllInfo: boolean };

/**
 * A user, as much of them as the viewer may see: all but the credentials of themselves, or with
 * `view-full-other-user-info`; of others what colleagues know of each other. Only those who see everything find
 * users by their addresses.
 * @throws {AppError} `error-invalid-user`
 */
export async function showUser(
  { access, users }: { readonly access: AccessControl; readonly users: UserStore },
  viewer: User,
  named: NamedUser,
): Promise<ShownUser> {
  const seesAll = access.hasPermission(viewer, 'view-full-other-user-info');
  const user = await find(users, named, seesAll);
  if (user === null) throw new AppError('error-invalid-user');
  if (seesAll || user._id === viewer._id) return { ...user, canViewAllInfo: true };
  return { ...inPublic(user), canViewAllInfo: false };
}

async function find(
  users: UserStore,
  { userId, username, email }: NamedUser,
  byAddress: boolean,
): Promise<User | null> {
  if (userId !== undefined) return users.findById(userId);
  if (username !== undefined) return users.findByUsername(username);
  if (email === undefined || !byAddress) return null;
  const found = await users.findWithCredentials({ email });
  return found && withoutCredentials(found);
}

const publicFields = [
  'name',
  'username',
  'nickname',
  'status',
  'statusText',
  'statusLivechat',
  'utcOffset',
  'type',
  'active',
  'bio',
] as const;

const inPublic = (user: User): Pick<User, '_id'> & Partial<User> => ({
  _id: user._id,
  ...Object.fromEntries(publicFields.flatMap((field) => (field in user ? [[field, user[field]]] : []))),
});
