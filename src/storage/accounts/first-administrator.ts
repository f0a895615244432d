import type { Db, Filter } from 'mongodb';
import type { UserWithCredentials } from '../../domain/accounts/user.ts';

interface Authored {
  readonly _id: string;
  readonly u?: { readonly _id: string };
}

/**
 * Before users are copied, removes from the target the administrator whom the first start of Foyer there made, if one
 * of the source's users has their name or address. Somebody who wrote messages or belongs to rooms there is left alone,
 * and so are the administrators of a Rocket.Chat, who are not named after their user names.
 * @returns the names of those who were removed.
 */
export async function removeFirstAdministrator(from: Db, to: Db): Promise<string[]> {
  const there = to.collection<UserWithCredentials>('users');
  const here = from.collection<UserWithCredentials>('users');
  // The target may have no indexes yet but that of `_id`.
  const administrators = await there.find({ roles: 'admin', type: 'user' }, { hint: '_id_' }).toArray();
  const removed: string[] = [];
  for (const { _id, username, name, emails = [] } of administrators) {
    if (username === undefined || name !== username || (await here.findOne({ _id })) !== null) continue;
    const addresses = emails.map(({ address }) => address);
    const namesake: Filter<UserWithCredentials> = {
      $or: [{ username }, { 'emails.address': { $in: addresses } }],
    };
    if ((await here.findOne(namesake, { hint: '_id_' })) === null || (await tookPart(to, _id))) continue;
    await there.deleteOne({ _id });
    removed.push(username);
  }
  return removed;
}

/** Whether the user wrote messages or belongs to rooms. */
async function tookPart(db: Db, userId: string): Promise<boolean> {
  for (const name of ['rocketchat_subscription', 'rocketchat_message'])
    if (await db.collection<Authored>(name).findOne({ 'u._id': userId }, { hint: '_id_' })) return true;
  return false;
}
