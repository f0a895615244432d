import type { AccessControl } from '../accounts/access.ts';
import { getUser } from '../accounts/get-user.ts';
import { type LivechatUserType, livechatRoles } from '../accounts/roles.ts';
import type { User, UserListFilter, UserStore } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { PageOf, PageRequest } from '../paging.ts';
import type { DepartmentStore } from './department.ts';

export interface LivechatUsersDeps {
  readonly users: UserStore;
  readonly departments: DepartmentStore;
  readonly access: AccessControl;
  readonly clock: Clock;
}

/**
 * Makes a user an agent, who accepts chats as soon as they are online, or a manager.
 * @throws {AppError} `error-invalid-user`
 */
export async function addLivechatUser(
  deps: LivechatUsersDeps,
  type: LivechatUserType,
  username: string,
): Promise<User> {
  const { users, access, clock } = deps;
  const user = await users.findByUsername(username);
  if (!user) throw new AppError('error-invalid-user');
  const set = { operator: true, statusLivechat: 'available' };
  await users.change(user._id, { addRole: livechatRoles[type], ...(type === 'agent' && { set }) }, clock());
  access.forgetUser(user._id);
  return user;
}

/**
 * Takes the role away from a user; an agent also leaves their departments.
 * @throws {AppError} `error-invalid-user`
 */
export async function removeLivechatUser(
  deps: LivechatUsersDeps,
  type: LivechatUserType,
  userId: string,
): Promise<void> {
  const { users, departments, access, clock } = deps;
  const user = await getUser(deps, userId);
  const removeRole = livechatRoles[type];
  if (type === 'manager') await users.change(user._id, { removeRole }, clock());
  else {
    const gone = { set: { operator: false }, unset: ['statusLivechat', 'livechat'] } as const;
    await users.change(user._id, { removeRole, ...gone }, clock());
    await departments.removeAgent(user._id, clock());
  }
  access.forgetUser(user._id);
}

/** Each of these lets a user see agents and managers. */
const seeingPermissions = ['transfer-livechat-guest', 'edit-omnichannel-contact'];

/**
 * Agents or managers, for users who may see them.
 * @throws {AppError} `not-allowed`
 */
export async function listLivechatUsers(
  { users, access }: Pick<LivechatUsersDeps, 'users' | 'access'>,
  user: User,
  filter: UserListFilter,
  page: PageRequest,
): Promise<PageOf<User>> {
  const maySee = seeingPermissions.some((permission) => access.hasPermission(user, permission));
  if (!maySee) throw new AppError('not-allowed');
  return users.listByRole(filter, page);
}
