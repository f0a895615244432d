import type { Collection, Db, Document, Filter, WithId } from 'mongodb';
import type {
  CreateUserResult,
  User,
  UserChange,
  UserListFilter,
  UserQuery,
  UserServices,
  UserStore,
  UserWithCredentials,
} from '../../domain/accounts/user.ts';
import { isDuplicateKey } from '../mongodb/client.ts';
import { findPage } from '../mongodb/find-page.ts';
import { literalPattern } from '../mongodb/literal-pattern.ts';

interface UserDocument extends Omit<User, 'roles'> {
  readonly roles?: readonly string[];
  readonly services?: UserServices;
}

const tokensPath = 'services.resume.loginTokens';

/** `users`, with passwords and tokens stored as Rocket.Chat stores them. */
export function createUserStore(db: Db): UserStore {
  const collection: Collection<UserDocument> = db.collection('users');
  const findOne = async (filter: Filter<UserDocument>) => {
    const found = await collection.findOne(filter, { projection: { services: 0 } });
    return found && asUser(found);
  };
  return {
    findById: (id) => findOne({ _id: id }),
    findByUsername: (username) => findOne({ username }),
    async findWithCredentials(by) {
      const found = await collection.findOne(filterOf(by));
      return found && { ...asUser(found), services: found.services ?? {} };
    },
    async isRoleUsed(role) {
      return (await collection.findOne({ roles: role }, { projection: { _id: 1 } })) !== null;
    },
    async listByRole(given, page) {
      const { items, total } = await findPage(collection, listFilter(given), page, { services: 0 });
      return { items: items.map(asUser), total };
    },
    create: (user) => create(collection, user),
    async change(id, change, at) {
      await collection.updateOne({ _id: id }, updateOf(change, at));
    },
    async addLoginToken(id, token, at) {
      const change: Document = {
        $push: { [tokensPath]: token },
        $set: { lastLogin: at, _updatedAt: at },
      };
      await collection.updateOne({ _id: id }, change);
    },
    async removeToken(id, hashedToken) {
      const change: Document = { $pull: { [tokensPath]: { hashedToken } } };
      await collection.updateOne({ _id: id }, change);
    },
    async removeLoginTokensBefore(id, moment) {
      const change: Document = { $pull: { [tokensPath]: { when: { $lt: moment } } } };
      await collection.updateOne({ _id: id }, change);
    },
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

function asUser(document: WithId<UserDocument>): User {
  const { services: _, roles, emails, ...rest } = document;
  return {
    ...rest,
    ...(Array.isArray(emails) ? { emails } : {}),
    roles: Array.isArray(roles) ? roles : [],
  };
}

async function create(
  collection: Collection<UserDocument>,
  user: UserWithCredentials,
): Promise<CreateUserResult> {
  try {
    await collection.insertOne(user);
    return 'created';
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const key = JSON.stringify(error.keyPattern ?? error.message);
    if (key.includes('emails.address')) return 'email-taken';
    return key.includes('username') ? 'username-taken' : 'id-taken';
  }
}
