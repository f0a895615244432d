import type { Collection, Db, Document, Filter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { CustomFieldValues } from '../../domain/custom-fields/custom-field.ts';
import type { FurtherTokenStore } from '../../domain/visitors/further-tokens.ts';
import {
  mostContactData,
  type Visitor,
  type VisitorKey,
  type VisitorStore,
} from '../../domain/visitors/visitor.ts';
import { emailsOf, phonesOf } from '../../domain/visitors/visitor-search.ts';
import { fieldValuesUpdate } from '../custom-fields/field-values.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { isDuplicateKey } from '../mongodb/client.ts';
import { withAdded } from '../mongodb/list-additions.ts';
import { needsList } from '../mongodb/needs-list.ts';
import { createReadCoalescer } from '../mongodb/read-coalescer.ts';
import { type Change, withUpdatedAt } from '../mongodb/with-updated-at.ts';
import { createVisitorClaims, type VisitorClaims } from './visitor-claims.ts';

export const visitorCollection = 'rocketchat_livechat_visitor';

export interface VisitorStoreOptions {
  readonly clock: Clock;
  /** False while no index keeps tokens unique, and where duplicates or a cluster do not let it; then claims do. */
  readonly tokenIsUnique: () => boolean;
  readonly furtherTokens: Pick<FurtherTokenStore, 'find'>;
  readonly reporter: WriteReporter;
}

/** Among duplicates the oldest is served, whichever key they are looked up by. */
const oldestFirst = { sort: { ts: 1 } } as const;

interface Parts extends VisitorStoreOptions {
  readonly collection: Collection<Visitor>;
  readonly claims: VisitorClaims;
}

/** Visitors in `rocketchat_livechat_visitor`, in the form of Rocket.Chat's documents. */
export function createVisitorStore(db: Db, options: VisitorStoreOptions): VisitorStore {
  const collection: Collection<Visitor> = db.collection(visitorCollection);
  const parts: Parts = { ...options, collection, claims: createVisitorClaims(db, options.clock) };
  const change = (filter: Filter<Visitor>, update: Change<Visitor>) => write(parts, filter, update);
  const byId = createReadCoalescer<Visitor>(async (ids) =>
    collection.find({ _id: { $in: [...ids] } }).toArray(),
  );
  return {
    ...visitorLookups(parts),
    async findEnabledById(id) {
      const visitor = await byId.load(id);
      return visitor?.disabled === true ? null : visitor;
    },
    create: (visitor, keys) => create(parts, visitor, keys),
    async claim(id, key) {
      const owner = await findOwner(parts, key, id);
      if (owner === null || owner.id === id) return owner !== null;
      // The key is about to be stored with another visitor, if their registration is still in progress.
      return !owner.isRecent && parts.claims.takeOver(key, owner.id, id);
    },
    async update(id, key, fields, remove = []) {
      const filter = { _id: id, ...hasKey(key), disabled: { $ne: true } };
      const $unset = Object.fromEntries(remove.map((field) => [field, 1 as const]));
      const update = { $set: fields, ...(remove.length > 0 ? { $unset } : {}) };
      return unlessDuplicate(change(filter, update));
    },
    setCustomFields: (id, values) => setCustomFields(parts, id, values),
    async setLastChat(id, lastChat) {
      return (await change({ _id: id, disabled: { $ne: true } }, { $set: { lastChat } })) !== null;
    },
    async addContactData(id, { emails, phones }) {
      const $set = contactDataAdded(emails, phones);
      await change({ _id: id, disabled: { $ne: true } }, [{ $set }]);
    },
    async addActivity(id, month) {
      const inactive = { _id: id, disabled: { $ne: true }, activity: { $ne: month } };
      await needsList(change(inactive, { $addToSet: { activity: month } }));
    },
    async dropToken(id, token) {
      await change({ _id: id, token }, { $unset: { token: 1 } });
    },
    async deleteClaims(id) {
      const visitor = await collection.findOne({ _id: id });
      return visitor ? parts.claims.deleteOf(id, claimableKeys(visitor)) : 0;
    },
    async disable(id) {
      await change({ _id: id }, { $set: { disabled: true }, $unset: personalFields });
    },
  };
}

type Lookups = 'findByToken' | 'findHolder' | 'findByKey' | 'listEnabledByIds' | 'isIdTaken';

function visitorLookups(parts: Parts): Pick<VisitorStore, Lookups> {
  const { collection } = parts;
  return {
    async findByToken(token) {
      const visitor = await findByKey(parts, { kind: 'token', value: token });
      return visitor && { ...visitor, token };
    },
    findHolder: (token) => findHolder(parts, token),
    findByKey: (key) => findByKey(parts, key),
    listEnabledByIds: (ids) => collection.find({ _id: { $in: [...ids] }, disabled: { $ne: true } }).toArray(),
    async isIdTaken(id) {
      return (await collection.findOne({ _id: id }, { projection: { _id: 1 } })) !== null;
    },
  };
}

/** The visitor in whose document the token is. */
const findHolder = ({ collection, tokenIsUnique }: Parts, token: string): Promise<Visitor | null> =>
  collection.findOne({ token }, tokenIsUnique() ? {} : oldestFirst);

/** Most visitors have one token, in their document: only where that is not found, the further tokens are asked. */
async function findByKey(parts: Parts, key: VisitorKey): Promise<Visitor | null> {
  if (key.kind === 'token')
    return (await findHolder(parts, key.value)) ?? (await findByFurtherToken(parts, key.value));
  return parts.collection.findOne({ ...hasKey(key), disabled: { $ne: true } }, oldestFirst);
}

async function findByFurtherToken(
  { collection, furtherTokens }: Parts,
  token: string,
): Promise<Visitor | null> {
  const id = await furtherTokens.find(token);
  return id === null ? null : collection.findOne({ _id: id, disabled: { $ne: true } });
}

async function setCustomFields(parts: Parts, id: string, given: CustomFieldValues): Promise<Visitor | null> {
  const { due, values } = fieldValuesUpdate('livechatData', given);
  const enabled = { _id: id, disabled: { $ne: true } };
  return (
    (await write(parts, { ...enabled, ...due }, [{ $set: values }])) ?? parts.collection.findOne(enabled)
  );
}

const claimableKeys = (visitor: Visitor): VisitorKey[] => [
  ...(visitor.token === undefined ? [] : [{ kind: 'token', value: visitor.token } as const]),
  ...phonesOf(visitor).map((value) => ({ kind: 'phone', value }) as const),
  ...emailsOf(visitor).map((value) => ({ kind: 'email', value }) as const),
];

/** What deletion removes. `_id`, `disabled` and the months of activity stay, so that statistics still add up. */
const personalFields = {
  department: 1,
  contactManager: 1,
  token: 1,
  visitorEmails: 1,
  phone: 1,
  name: 1,
  livechatData: 1,
  lastChat: 1,
  ip: 1,
  host: 1,
  userAgent: 1,
  username: 1,
  ts: 1,
  status: 1,
} as const;

/** Sets the two lists, each with its new elements; adding none would create an empty list. */
function contactDataAdded(
  emails: readonly string[],
  phones: readonly string[],
): Partial<Record<'visitorEmails' | 'phone', Document>> {
  const addresses = { $literal: emails.map((address) => ({ address })) };
  const numbers = { $literal: phones.map((phoneNumber) => ({ phoneNumber })) };
  return {
    ...(emails.length > 0 && { visitorEmails: withAdded('visitorEmails', addresses, mostContactData) }),
    ...(phones.length > 0 && { phone: withAdded('phone', numbers, mostContactData) }),
  };
}

/** Changes one visitor, and passes them on to the search as they are then. */
async function write(
  parts: Parts,
  filter: Filter<Visitor>,
  update: Change<Visitor>,
): Promise<Visitor | null> {
  const { collection, clock, reporter } = parts;
  const change = withUpdatedAt(update, clock());
  const visitor = await collection.findOneAndUpdate(filter, change, { returnDocument: 'after' });
  if (visitor) reporter.changed(visitor._id);
  return visitor;
}

/**
 * Inserts a visitor under the `_id` that their keys are claimed for. That is their own, unless another registration
 * of the same person is in progress: then both insert the same `_id`, and one of them fails.
 */
async function create(parts: Parts, visitor: Visitor, keys: readonly VisitorKey[]): Promise<Visitor | null> {
  const claimable = parts.tokenIsUnique() ? keys.filter(({ kind }) => kind !== 'token') : keys;
  let id = visitor._id;
  // The most significant key is claimed last, so that it has the final say on who the visitor is.
  for (const key of [...claimable].reverse()) {
    const owner = await findOwner(parts, key, id);
    if (owner === null) return null;
    id = owner.id;
  }
  const document = inRocketChatOrder({ ...visitor, _id: id, _updatedAt: parts.clock() });
  const inserted = await unlessDuplicate(parts.collection.insertOne(document));
  if (!inserted) return null;
  parts.reporter.added(document);
  const { token } = visitor;
  if (token === undefined) return document;
  const person = await findByFurtherToken(parts, token);
  // Another registration may have found this visitor already, given them its token, and kept this one beside it.
  if (person === null || person._id === id) return document;
  // At the same time, the token became one of somebody who has proved who they are: it acts for them.
  await write(parts, { _id: id, token }, { $set: { disabled: true }, $unset: personalFields });
  return null;
}

/**
 * Rocket.Chat creates visitors by upserts on their token: MongoDB puts that right after the `_id`, and Foyer sorts
 * the rest by name.
 */
function inRocketChatOrder({ _id, token, ...rest }: Visitor): Visitor {
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return { _id, ...(token === undefined ? {} : { token }), ...Object.fromEntries(sorted) };
}

/**
 * The `_id` for the visitor with the key, and whether it was claimed a moment ago; null if such a visitor has been
 * stored by now, or is about to be given the key.
 */
async function findOwner(
  { claims, collection }: Parts,
  key: VisitorKey,
  id: string,
): Promise<{ readonly id: string; readonly isRecent: boolean } | null> {
  const { visitorId: owner, isRecent } = await claims.claim(key, id);
  if (owner === id) return { id, isRecent };
  const holder = await collection.findOne({ _id: owner }, { projection: { _id: 1, disabled: 1 } });
  // Claimed but not stored yet, or never: whoever gets there first stores it.
  if (!holder) return { id: owner, isRecent };
  const held = await collection.findOne({ _id: owner, ...hasKey(key), disabled: { $ne: true } });
  if (held || (isRecent && !holder.disabled)) return null;
  return (await claims.takeOver(key, owner, id)) ? { id, isRecent: true } : null;
}

function hasKey({ kind, value }: VisitorKey): Filter<Visitor> {
  if (kind === 'token') return { token: value };
  if (kind === 'id') return { _id: value };
  return kind === 'phone' ? { 'phone.phoneNumber': value } : { 'visitorEmails.address': value };
}

async function unlessDuplicate<T>(write: Promise<T>): Promise<T | null> {
  try {
    return await write;
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}
