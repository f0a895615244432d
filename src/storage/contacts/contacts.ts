import type { Collection, Db, Document, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import {
  type Contact,
  type ContactChange,
  type ContactStore,
  visitorsOf,
} from '../../domain/contacts/contact.ts';
import type { ChannelSource } from '../../domain/contacts/source.ts';
import type { CustomFieldValues } from '../../domain/custom-fields/custom-field.ts';
import { mostContactData } from '../../domain/visitors/visitor.ts';
import { fieldValuesUpdate, isAbsent } from '../custom-fields/field-values.ts';
import { updateAndReport, type WriteReporter } from '../feed/write-reporter.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { withAdded } from '../mongodb/list-additions.ts';
import { needsList } from '../mongodb/needs-list.ts';
import { updateEach } from '../mongodb/update-each.ts';
import { updateFirst } from '../mongodb/update-first.ts';
import { type Change, withUpdatedAt } from '../mongodb/with-updated-at.ts';

export type ContactDocument = Contact & { readonly enabled?: boolean; readonly _updatedAt?: Date };

const personalFields = {
  emails: 1,
  customFields: 1,
  lastChat: 1,
  channels: 1,
  name: 1,
  phones: 1,
  conflictingFields: 1,
} as const;

/** A deleted contact keeps nothing personal. */
export const disabling: UpdateFilter<ContactDocument> = {
  $set: { enabled: false },
  $unset: personalFields,
};

type Contacts = Collection<ContactDocument>;

/** `rocketchat_livechat_contact`, as Rocket.Chat 7 and later keeps it. */
export function createContactStore(db: Db, clock: Clock, reporter: WriteReporter): ContactStore {
  const contacts: Contacts = db.collection('rocketchat_livechat_contact');
  return {
    ...contactReads(contacts),
    ...contactChanges(contacts, clock, reporter),
    ...endings(contacts, clock, reporter),
  };
}

type Endings = 'setVisitor' | 'disable';
type Reads = 'findByChannel' | 'listByVisitor' | 'listVisitorIds' | 'findManagerId';

function contactReads(contacts: Contacts): Pick<ContactStore, Reads> {
  return {
    async findByChannel(visitorId, source) {
      const found = await contacts.findOne(ofChannel(visitorId, source), { sort: { createdAt: 1 } });
      return found && asContact(found);
    },
    listByVisitor: (visitorId) => listByVisitor(contacts, visitorId),
    async listVisitorIds(visitorId) {
      const ids = (await listByVisitor(contacts, visitorId)).flatMap(visitorsOf);
      return [...new Set(ids)];
    },
    async findManagerId(email) {
      const managed = { 'emails.address': email, contactManager: { $exists: true } };
      const contact = await contacts.findOne(managed, { projection: { contactManager: 1 } });
      return contact?.contactManager ?? null;
    },
  };
}

/** A contact that was disabled, as deletion does, is not changed any more. */
export const enabled = { enabled: { $ne: false } } as const;

function contactChanges(
  contacts: Contacts,
  clock: Clock,
  reporter: WriteReporter,
): Omit<ContactStore, Reads | Endings> {
  const dated = (update: Change<ContactDocument>) => withUpdatedAt(update, clock());
  const updateOne = (id: string, change: UpdateFilter<ContactDocument>, only = {}) =>
    updateAndReport(contacts, { ...only, ...enabled, _id: id }, dated(change), reporter);
  return {
    ensure: (contact) => insertUnlessStored(contacts, { ...contact, _updatedAt: clock() }, reporter),
    async adopt({ emails, phones }, channel) {
      const preRegistration = true;
      const byKeys = [
        { 'emails.address': { $in: [...emails] }, preRegistration },
        { 'phones.phoneNumber': { $in: [...phones] }, preRegistration },
      ];
      const update = dated({ $set: { preRegistration: false }, $push: { channels: channel } });
      const adopted = await needsList(updateFirst(contacts, { $or: byKeys }, update));
      if (adopted) reporter.changed(adopted._id);
      return adopted && asContact(adopted);
    },
    async change(id, change) {
      await needsList(updateOne(id, updateOf(change)));
    },
    async setLastChat(id, visitorId, source, lastChat) {
      const $set = { lastChat, 'channels.$.lastChat': lastChat };
      await updateOne(id, { $set }, ofChannel(visitorId, source));
    },
    async addActivity(id, month) {
      const $push = { activity: { $each: [month], $slice: -12 } };
      await needsList(updateOne(id, { $push }, { activity: { $ne: month } }));
    },
    async setCustomFields(visitorId, values) {
      const theirs = { ...ofVisitor(visitorId), ...enabled };
      reporter.changed(...(await updateEach(contacts, theirs, dated(fieldChange(values)))));
    },
  };
}

/** Stores a contact, or returns the one that is there already. */
async function insertUnlessStored(
  contacts: Contacts,
  added: ContactDocument,
  reporter: WriteReporter,
): Promise<Contact> {
  if (await insertNew(contacts, added)) {
    reporter.added(added);
    return asContact(added);
  }
  return asContact((await contacts.findOne({ _id: added._id })) ?? added);
}

/** What becomes of a visitor's contacts when the visitor ends. */
function endings(contacts: Contacts, clock: Clock, reporter: WriteReporter): Pick<ContactStore, Endings> {
  return {
    async setVisitor(fromId, toId) {
      const change = withUpdatedAt<ContactDocument>(
        { $set: { 'channels.$[channel].visitor.visitorId': toId } },
        clock(),
      );
      const arrayFilters = [{ 'channel.visitor.visitorId': fromId }];
      reporter.changed(...(await updateEach(contacts, ofVisitor(fromId), change, { arrayFilters })));
    },
    async disable(visitorId) {
      const update = withUpdatedAt(disabling, clock());
      const disabled = await updateEach(contacts, ofVisitor(visitorId), update);
      reporter.changed(...disabled);
      return disabled.length;
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

/** Values that are not to replace stored ones are noted as conflicts with them. */
function fieldChange(given: CustomFieldValues): Document[] {
  const { values } = fieldValuesUpdate('customFields', given);
  const noted = Object.entries(given.ifAbsent).map(([key, value]) => {
    const field = `customFields.${key}`;
    return { $cond: [isAbsent(field), [], [{ field, value: { $literal: value } }]] };
  });
  if (noted.length === 0) return [{ $set: values }];
  const conflicts = { $concatArrays: noted };
  const conflictingFields = {
    $cond: [
      { $eq: [conflicts, []] },
      '$conflictingFields',
      withAdded('conflictingFields', conflicts, mostContactData),
    ],
  };
  return [{ $set: { ...values, conflictingFields } }];
}
