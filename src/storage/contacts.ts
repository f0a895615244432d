import type { Collection, Db, Document, UpdateFilter } from 'mongodb';
import type { Clock } from '../domain/clock.ts';
import type { ContactStore } from '../domain/contact.ts';
import type { CustomFieldValues } from '../domain/custom-field.ts';

interface Contact {
  readonly _id: string;
  readonly contactManager?: string;
  readonly channels?: readonly { readonly visitor?: { readonly visitorId?: string } }[];
  readonly customFields?: Readonly<Record<string, unknown>>;
  readonly enabled?: boolean;
}

const personalFields = {
  emails: 1,
  customFields: 1,
  lastChat: 1,
  channels: 1,
  name: 1,
  phones: 1,
  conflictingFields: 1,
} as const;

/** `rocketchat_livechat_contact`, as Rocket.Chat 7 and later keeps it. */
export function createContactStore(db: Db, clock: Clock): ContactStore {
  const collection: Collection<Contact> = db.collection('rocketchat_livechat_contact');
  const ofVisitor = (visitorId: string) => ({ 'channels.visitor.visitorId': visitorId });
  return {
    async findManagerId(email) {
      const managed = { 'emails.address': email, contactManager: { $exists: true } };
      const contact = await collection.findOne(managed, { projection: { contactManager: 1 } });
      return contact?.contactManager ?? null;
    },
    async listVisitorIds(visitorId) {
      const contacts = await collection.find(ofVisitor(visitorId)).toArray();
      const ids = contacts.flatMap(({ channels = [] }) => channels.map(({ visitor }) => visitor?.visitorId));
      return [...new Set(ids)].filter((id) => id !== undefined);
    },
    async setCustomFields(visitorId, values) {
      for (const contact of await collection.find(ofVisitor(visitorId)).toArray()) {
        await collection.updateOne({ _id: contact._id }, changeOf(contact, values, clock()));
      }
    },
    async disable(visitorId) {
      await collection.updateMany(ofVisitor(visitorId), {
        $set: { enabled: false, _updatedAt: clock() },
        $unset: personalFields,
      });
    },
  };
}

function changeOf(
  { customFields = {} }: Contact,
  { always, ifAbsent }: CustomFieldValues,
  now: Date,
): UpdateFilter<Document> {
  const path = (key: string) => `customFields.${key}`;
  // A field may be named like something that every object has.
  const isSet = (key: string) => Object.hasOwn(customFields, key) && Boolean(customFields[key]);
  const absent = Object.entries(ifAbsent).filter(([key]) => !isSet(key));
  const conflicts = Object.entries(ifAbsent).filter(([key]) => isSet(key));
  const set = [...Object.entries(always), ...absent].map(([key, value]) => [path(key), value]);
  const conflictingFields = { $each: conflicts.map(([key, value]) => ({ field: path(key), value })) };
  return {
    $set: { ...Object.fromEntries(set), _updatedAt: now },
    ...(conflicts.length > 0 ? { $addToSet: { conflictingFields } } : {}),
  };
}
