import type { AccessControl } from '../accounts/access.ts';
import type { KeyScopeStore } from '../accounts/key-scopes.ts';
import { systemUserId } from '../accounts/system-user.ts';
import type { User, UserStore } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { JobRun, Jobs } from '../jobs.ts';
import type { Subscription, SubscriptionStore } from '../rooms/subscription.ts';
import { type LivechatUsersDeps, removeLivechatUser } from '../routing/livechat-users.ts';
import { returnToQueue, type TransferRoomDeps } from './transfer-room.ts';

export interface RemoveUserDeps {
  readonly access: AccessControl;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly users: UserStore;
}

/**
 * Deletes a user. The conversations that they serve go back to the queue; what they wrote stays. With very many
 * conversations the rest is done after this returns.
 * @throws {AppError} `error-invalid-user`; `cannot-delete-user` for the system's user, apps, the last administrator, and
 *   members of rooms other than livechat's, which only Rocket.Chat knows how to leave.
 */
export async function removeUser(
  deps: RemoveUserDeps,
  named: { readonly userId: string } | { readonly username: string },
): Promise<void> {
  const { jobs, users } = deps;
  const user = await ('userId' in named
    ? users.findById(named.userId)
    : users.findByUsername(named.username));
  if (user === null) throw new AppError('error-invalid-user');
  const { _id, type, roles, __rooms: otherRooms = [] } = user;
  if (_id === systemUserId) throw refusal('Deleting the rocket.cat user is not allowed', 'Delete_user');
  if (type === 'app') throw refusal('Deleting app user is not allowed', 'Delete_user');
  if (otherRooms.length > 0) throw refusal('The user is in rooms that are not livechat’s', 'Delete_user');
  if (roles.includes('admin')) await dismissAdministrator(deps, user);
  await jobs.run('remove-user', _id);
}

const refusal = (reason: string, action: string): AppError =>
  new AppError('cannot-delete-user', { reason, details: { action } });

/** Of administrators who delete each other at the same time, each sees that the others are no longer ones. */
async function dismissAdministrator({ access, clock, users }: RemoveUserDeps, { _id }: User): Promise<void> {
  await users.change(_id, { removeRole: 'admin' }, clock());
  if (!(await users.isRoleUsed('admin'))) {
    await users.change(_id, { addRole: 'admin' }, clock());
    throw refusal('Leaving the app without admins is not allowed', 'Remove_last_admin');
  }
  access.forgetUser(_id);
}

export type RemoveUserDataDeps = LivechatUsersDeps &
  TransferRoomDeps & { readonly keyScopes: KeyScopeStore; readonly subscriptions: SubscriptionStore };

/** So many rooms take a few seconds at most. */
const roomsAtATime = 50;

/** The job: first nobody is led to the user any more, and they themselves go last. */
export async function removeUserData(
  deps: RemoveUserDataDeps,
  { subjectId: userId, report }: JobRun,
): Promise<void> {
  const { access, keyScopes, subscriptions, users } = deps;
  if ((await users.findById(userId)) !== null) {
    await removeLivechatUser(deps, 'agent', userId);
    for (let left = roomsAtATime; left === roomsAtATime; ) {
      const seats = await subscriptions.listByUser(userId, roomsAtATime);
      for (const seat of seats) await leaveRoom(deps, seat);
      await report({ rooms: seats.length });
      left = seats.length;
    }
    await users.delete(userId);
    access.forgetUser(userId);
  }
  for (const { _id } of await keyScopes.listByUser(userId)) await keyScopes.remove(_id);
}

/** Gives the room back to the queue if the user serves it; one that is closed or on hold is left as it is. */
async function leaveRoom(deps: RemoveUserDataDeps, { rid, u }: Subscription): Promise<void> {
  const room = await deps.rooms.findById(rid);
  if (room?.open && room.servedBy?._id === u._id && !room.onHold)
    await returnToQueue(deps, systemUser, rid, undefined).catch(unlessRefused);
  await deps.subscriptions.deleteByRoomAndUser(rid, u._id);
}

/** Has access to every room. */
const systemUser: User = { _id: systemUserId, roles: [] };

/** Somebody else closed or moved the room in the meantime. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof AppError)) throw error;
}
