import type { Collection, Db, Document, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import {
  type Contact,
  type ContactChange,
  type ContactStore,
  hasField,
} from '../../domain/contacts/contact.ts';
import type { ChannelSource } from '../../domain/contacts/source.ts';
import type { CustomFieldValues } from '../../domain/custom-fields/custom-field.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { withUpdatedAt } from '../mongodb/with-updated-at.ts';

type ContactDocument = Contact & { readonly enabled?: boolean; readonly _updatedAt?: Date };

const personalFields = {
  emails: 1,
  customFields: 1,
  lastChat: 1,
  channels: 1,
  name: 1,
  phones: 1,
  conflictingFields: 1,
} as const;

type Contacts = Collection<ContactDocument>;

/** `rocketchat_livechat_contact`, as Rocket.Chat 7 and later keeps it. */
export function createContactStore(db: Db, clock: Clock, reporter: WriteReporter): ContactStore {
  const contacts: Contacts = db.collection('rocketchat_livechat_contact');
  return { ...contactReads(contacts), ...contactWrites(contacts, clock, reporter) };
}

type Reads = 'findByChannel' | 'listByVisitor' | 'listVisitorIds' | 'findManagerId';

function contactReads(contacts: Contacts): Pick<ContactStore, Reads> {
  return {
    async findByChannel(visitorId, source) {
      const found = await contacts.findOne(ofChannel(visitorId, source), { sort: { createdAt: 1 } });
      return found && asContact(found);
    },
    listByVisitor: (visitorId) => listByVisitor(contacts, visitorId),
    async listVisitorIds(visitorId) {
      const ids = (await listByVisitor(contacts, visitorId)).flatMap(({ channels = [] }) =>
        channels.map(({ visitor }) => visitor.visitorId),
      );
      return [...new Set(ids)].filter((id) => id !== undefined);
    },
    async findManagerId(email) {
      const managed = { 'emails.address': email, contactManager: { $exists: true } };
      const contact = await contacts.findOne(managed, { projection: { contactManager: 1 } });
      return contact?.contactManager ?? null;
    },
  };
}

function contactWrites(contacts: Contacts, clock: Clock, reporter: WriteReporter): Omit<ContactStore, Reads> {
  const dated = (update: UpdateFilter<ContactDocument>) => withUpdatedAt(update, clock());
  const updateOne = async (id: string, change: UpdateFilter<ContactDocument>, only = {}) => {
    const { modifiedCount } = await contacts.updateOne({ ...only, _id: id }, dated(change));
    if (modifiedCount > 0) reporter.changed(id);
  };
  return {
    async ensure(contact) {
      const added = { ...contact, _updatedAt: clock() };
      if (await insertNew(contacts, added)) {
        reporter.added(added);
        return contact;
      }
      const stored = await contacts.findOne({ _id: contact._id });
      return stored ? asContact(stored) : contact;
    },
    async adopt({ emails, phones }, channel) {
      const preRegistration = true;
      const byKeys = [
        { 'emails.address': { $in: [...emails] }, preRegistration },
        { 'phones.phoneNumber': { $in: [...phones] }, preRegistration },
      ];
      const update = dated({ $set: { preRegistration: false }, $push: { channels: channel } });
      const adopted = await contacts.findOneAndUpdate({ $or: byKeys }, update, { returnDocument: 'after' });
      if (adopted) reporter.changed(adopted._id);
      return adopted && asContact(adopted);
    },
    change: (id, change) => updateOne(id, updateOf(change)),
    async setLastChat(id, visitorId, source, lastChat) {
      const $set = { lastChat, 'channels.$.lastChat': lastChat };
      await updateOne(id, { $set }, ofChannel(visitorId, source));
    },
    async addActivity(id, month) {
      const $push = { activity: { $each: [month], $slice: -12 } };
      await updateOne(id, { $push }, { activity: { $ne: month } });
    },
    async setCustomFields(visitorId, values) {
      for (const contact of await listByVisitor(contacts, visitorId)) {
        await updateOne(contact._id, fieldUpdateOf(contact, values));
      }
    },
    async disable(visitorId) {
      // Once the channels are gone, nothing tells whose contacts they were.
      const found = await contacts.find(ofVisitor(visitorId), { projection: { _id: 1 } }).toArray();
      const update = dated({ $set: { enabled: false }, $unset: personalFields });
      await contacts.updateMany(ofVisitor(visitorId), update);
      reporter.changed(...found.map(({ _id }) => _id));
    },
  };
}

const listByVisitor = async (contacts: Contacts, visitorId: string): Promise<Contact[]> =>
  (await contacts.find(ofVisitor(visitorId)).toArray()).map(asContact);

/** Documents written by others may hold anything instead of a list; that counts as an empty one. */
export function asContact({
  emails,
  phones,
  channels,
  conflictingFields,
  customFields,
  ...rest
}: Contact): Contact {
  return {
    ...rest,
    emails: objectsIn(emails),
    phones: objectsIn(phones),
    channels: objectsIn(channels).filter(({ visitor }) => isObject(visitor)),
    conflictingFields: objectsIn(conflictingFields),
    customFields: isObject(customFields) ? customFields : {},
  };
}

const isObject = <T>(value: T): value is T & object => typeof value === 'object' && value !== null;
const objectsIn = <T>(list: readonly T[] | undefined): T[] =>
  Array.isArray(list) ? list.filter(isObject) : [];

const ofVisitor = (visitorId: string): Filter<ContactDocument> => ({
  'channels.visitor.visitorId': visitorId,
});

const ofChannel = (visitorId: string, { type, id }: ChannelSource): Filter<ContactDocument> => ({
  channels: {
    $elemMatch: {
      'visitor.visitorId': visitorId,
      'visitor.source.type': type,
      ...(id ? { 'visitor.source.id': id } : {}),
    },
  },
});

function updateOf({ customFields, newEmails, newPhones, newConflicts, ...set }: ContactChange): Document {
  const fields = Object.entries(customFields).map(([key, value]) => [`customFields.${key}`, value]);
  const lists = {
    emails: newEmails.map((address) => ({ address })),
    phones: newPhones.map((phoneNumber) => ({ phoneNumber })),
    conflictingFields: newConflicts,
  };
  // Adding nothing would create an empty list.
  const added = Object.entries(lists).filter(([, list]) => list.length > 0);
  const $addToSet = Object.fromEntries(added.map(([field, $each]) => [field, { $each }]));
  return {
    $set: { ...set, ...Object.fromEntries(fields) },
    ...(added.length > 0 ? { $addToSet } : {}),
  };
}

function fieldUpdateOf(contact: Contact, { always, ifAbsent }: CustomFieldValues): Document {
  const path = (key: string) => `customFields.${key}`;
  const absent = Object.entries(ifAbsent).filter(([key]) => !hasField(contact, key));
  const conflicts = Object.entries(ifAbsent).filter(([key]) => hasField(contact, key));
  const set = [...Object.entries(always), ...absent].map(([key, value]) => [path(key), value]);
  const conflictingFields = { $each: conflicts.map(([key, value]) => ({ field: path(key), value })) };
  return {
    $set: Object.fromEntries(set),
    ...(conflicts.length > 0 ? { $addToSet: { conflictingFields } } : {}),
  };
}
