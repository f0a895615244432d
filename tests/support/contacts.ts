import type { Db } from 'mongodb';
import type { ApiClient } from './client.ts';
import { collection, unique } from './visitors.ts';

/** A contact's channel for a visitor who writes by the API. */
export const channelOf = (visitorId: string, given: Readonly<Record<string, unknown>> = {}) => ({
  name: 'api',
  visitor: { visitorId, source: { type: 'api' } },
  blocked: false,
  verified: false,
  details: { type: 'api' },
  ...given,
});

/** Stores a contact that an agent knows, as a Rocket.Chat beside the service would; gives its id. */
export async function insertContact(db: Db, given: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const _id = unique('contact');
  const createdAt = new Date('2025-01-01');
  await collection(db, 'livechat_contact').insertOne({
    ...{ _id, createdAt, name: 'Kim', unknown: false, channels: [] },
    ...given,
  });
  return _id;
}

/** Enters a contact as somebody who may; gives its id. */
export async function enterContact(
  api: ApiClient,
  given: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const contact = { name: unique('Kim'), emails: [], phones: [], ...given };
  const answer = await api.post('omnichannel/contacts', contact);
  expect(answer.text).toContain('"success":true');
  return answer.body.contactId;
}

/** The contacts of a visitor as stored, the oldest first. */
export const listContacts = (db: Db, visitorId: string) =>
  collection(db, 'livechat_contact')
    .find({ 'channels.visitor.visitorId': visitorId })
    .sort({ createdAt: 1 })
    .toArray();
