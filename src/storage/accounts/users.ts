import type { Collection, Db, Document, Filter, WithId } from 'mongodb';
import type {
  CreateUserResult,
  User,
  UserChange,
  UserListFilter,
  UserQuery,
  UserStore,
  UserWithCredentials,
} from '../../domain/accounts/user.ts';
import type { Clock } from '../../domain/clock.ts';
import { mapEach } from '../../domain/paging.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { isDuplicateKey } from '../mongodb/client.ts';
import { findPage } from '../mongodb/find-page.ts';
import { literalPattern } from '../mongodb/literal-pattern.ts';
import { needsList } from '../mongodb/needs-list.ts';
import type { UserDocument } from './user-document.ts';
import { tokensPath, userTokens } from './user-tokens.ts';
import { createUsernameClaims, type UsernameClaims } from './username-claims.ts';

/** `users`, with passwords and tokens stored as Rocket.Chat stores them. */
export function createUserStore(db: Db, clock: Clock, reporter: WriteReporter): UserStore {
  const collection: Collection<UserDocument> = db.collection('users');
  const claims = createUsernameClaims(db, clock);
  const update = async (_id: string, change: Document) => {
    await collection.updateOne({ _id }, change);
    reporter.changed(_id);
  };
  const findOne = async (filter: Filter<UserDocument>) => {
    const found = await collection.findOne(filter, { projection: { services: 0 } });
    return found && asUser(found);
  };
  return {
    findById: (id) => findOne({ _id: id }),
    async listByIds(ids) {
      if (ids.length === 0) return [];
      const found = collection.find({ _id: { $in: [...ids] } }, { projection: { services: 0 } });
      return (await found.toArray()).map(asUser);
    },
    findByUsername: (username) => findOne({ username }),
    async findWithCredentials(by) {
      const found = await collection.findOne(filterOf(by));
      return found && { ...asUser(found), services: found.services ?? {} };
    },
    async isRoleUsed(role) {
      return (await collection.findOne({ roles: role }, { projection: { _id: 1 } })) !== null;
    },
    async listByRole(given, page) {
      const { items, total } = await findPage(collection, listFilter(given), page, {
        projection: { services: 0 },
      });
      return { items: mapEach(items, asUser), total };
    },
    async create(user) {
      const result = await createUnderName(collection, claims, user);
      if ('created' in result) reporter.added(result.created);
      return result;
    },
    async delete(id) {
      const username = (await collection.findOne({ _id: id }, { projection: { username: 1 } }))?.username;
      // The claim goes first: a user who takes the name later must not get this one's `_id`.
      if (username !== undefined) await claims.release(username, id);
      const { deletedCount } = await collection.deleteOne({ _id: id });
      if (deletedCount === 1) reporter.removed([{ _id: id }]);
    },
    change: (id, change, at) => needsList(update(id, updateOf(change, at))),
    ...userTokens(collection, clock, reporter),
  };
}

/** All values are strings here, so no filter can smuggle in an operator. */
function filterOf(by: UserQuery): Filter<UserDocument> {
  if ('id' in by) return { _id: by.id };
  if ('username' in by) return { username: by.username };
  if ('email' in by) return { 'emails.address': by.email };
  return { [`${tokensPath}.hashedToken`]: by.hashedToken };
}

function listFilter({
  role,
  text,
  onlyAvailable,
  excludeId,
  withoutIdle,
}: UserListFilter): Filter<UserDocument> {
  const also: Filter<UserDocument>[] = [];
  if (text) {
    const part = new RegExp(literalPattern(text), 'i');
    also.push({ $or: [{ username: part }, { name: part }, { 'emails.address': part }] });
  }
  if (onlyAvailable) also.push({ statusLivechat: 'available' });
  if (excludeId !== undefined) also.push({ _id: { $ne: excludeId } });
  if (withoutIdle) also.push({ $or: [{ status: { $exists: true, $ne: 'offline' } }, { roles: 'bot' }] });
  return also.length === 0 ? { roles: role } : { roles: role, $and: also };
}

function updateOf({ set, unset, addRole, removeRole }: UserChange, at: Date): Document {
  return {
    $set: { ...set, _updatedAt: at },
    ...(unset && { $unset: Object.fromEntries(unset.map((field) => [field, 1])) }),
    ...(addRole && { $addToSet: { roles: addRole } }),
    ...(removeRole && { $pull: { roles: removeRole } }),
  };
}

/** The user without credentials; anything that is not a list counts as an empty one. */
export function asUser(document: WithId<UserDocument>): User {
  const { services: _, roles, emails, ...rest } = document;
  return {
    ...rest,
    ...(Array.isArray(emails) ? { emails } : {}),
    roles: Array.isArray(roles) ? roles : [],
  };
}

/** Each repetition means that the claimed `_id` belongs to a user who was renamed within the hour. */
const maxAttempts = 5;

/** Creates a user, unless another has the name in any case. */
async function createUnderName(
  users: Collection<UserDocument>,
  claims: UsernameClaims,
  user: UserWithCredentials,
): Promise<CreateUserResult> {
  const { username } = user;
  if (username === undefined) return insert(users, user);
  const named = { username: { $regex: `^${literalPattern(username)}$`, $options: 'i' } };
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    if (await users.findOne(named, { projection: { _id: 1 } })) return { taken: 'username' };
    const _id = await claims.claim(username, user._id);
    const result = await insert(users, { ...user, _id });
    if (!('taken' in result) || result.taken !== 'id') return result;
    // Unless it was the name's own user: whoever looked before they were stored would take the claim for their own.
    if (!(await users.findOne({ ...named, _id }, { projection: { _id: 1 } })))
      await claims.takeOver(username, _id, user._id);
  }
  return { taken: 'username' };
}

async function insert(users: Collection<UserDocument>, user: UserWithCredentials): Promise<CreateUserResult> {
  try {
    await users.insertOne(user);
    return { created: user };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const key = Object.keys(error.keyPattern ?? {});
    if (key.includes('emails.address')) return { taken: 'email' };
    return { taken: key.includes('username') ? 'username' : 'id' };
  }
}
