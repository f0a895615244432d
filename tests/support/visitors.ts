import { randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';
import type { CustomField } from '../../src/domain/custom-fields/custom-field.ts';
import type { Visitor } from '../../src/domain/visitors/visitor.ts';
import type { ApiClient } from './client.ts';

/** Lets registrations join by e-mail address and phone number alone, as in Rocket.Chat. */
export const matchingOfRocketChat = { OVERWRITE_SETTING_Foyer_Visitor_Matching: 'rocketchat' };

/** A text that no other test has. */
export const unique = (prefix: string): string => `${prefix}-${randomBytes(6).toString('hex')}`;

/** Registers a visitor with everything in it but what is given; gives the visitor as answered. */
export async function registerVisitor(
  api: ApiClient,
  given: Readonly<Record<string, unknown>> = {},
): Promise<Visitor & { token: string }> {
  const visitor = { token: unique('token'), name: 'Ann', ...given };
  const answer = await api.post('livechat/visitor', { visitor });
  if (answer.status !== 200) throw new Error(`not registered: ${answer.text}`);
  return answer.body.visitor;
}

/** Defines a custom field of visitors with everything in it but what is given. */
export async function defineCustomField(
  admin: ApiClient,
  given: Partial<CustomField> & { field?: string } = {},
): Promise<string> {
  const field = given.field ?? unique('field');
  const customFieldData = { field, label: field, scope: 'visitor', visibility: 'visible', ...given };
  const answer = await admin.post('livechat/custom-fields.save', { customFieldId: null, customFieldData });
  if (answer.status !== 200) throw new Error(`not defined: ${answer.text}`);
  return field;
}

interface RoomOwner {
  readonly _id: string;
  readonly token: string;
}

const roomOf = (visitor: RoomOwner) => {
  const ts = new Date();
  const v = { _id: visitor._id, token: visitor.token, username: 'guest', status: 'online' };
  return { _id: unique('room'), t: 'l', fname: 'Before', ts, lm: ts, msgs: 0, v };
};

/** Stores an open livechat room of a visitor, with its inquiry and an agent's seat, as Rocket.Chat does. */
export async function insertOpenRoom(
  db: Db,
  visitor: RoomOwner,
  given: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const room = { ...roomOf(visitor), cl: false, open: true, ...given };
  const { _id: rid, v, ts, t } = room;
  await collection(db, 'room').insertOne(room);
  const inquiry = { _id: unique('inquiry'), rid, name: 'Before', ts, message: '', status: 'queued', v, t };
  await collection(db, 'livechat_inquiry').insertOne(inquiry);
  const u = { _id: 'agent', username: 'agent' };
  const seat = { _id: unique('seat'), rid, name: 'Before', fname: 'Before', t, u };
  await collection(db, 'subscription').insertOne(seat);
  return rid;
}

/** Stores a closed livechat room of a visitor. */
export async function insertClosedRoom(
  db: Db,
  visitor: RoomOwner,
  given: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const room = { ...roomOf(visitor), cl: false, closedAt: new Date(), ...given };
  await collection(db, 'room').insertOne(room);
  return room._id;
}

/** One of Rocket.Chat's collections, by the end of its name. */
export const collection = (db: Db, name: string) =>
  db.collection<{ _id: string; [other: string]: unknown }>(`rocketchat_${name}`);
