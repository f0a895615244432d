import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import type { Message } from '../../src/domain/messages/message.ts';
import type { Room } from '../../src/domain/rooms/room.ts';
import type { Visitor } from '../../src/domain/visitors/visitor.ts';
import { type ApiClient, apiClient } from './client.ts';
import type { TestService } from './service.ts';
import { collection, registerVisitor, unique } from './visitors.ts';

/** The environment of a service whose agents take chats from the queue. */
export const manualSelection = { OVERWRITE_SETTING_Livechat_Routing_Method: 'Manual_Selection' };

/** A user who can call, with his client. */
export interface Agent {
  readonly _id: string;
  readonly username: string;
  readonly api: ApiClient;
}

/** Stores a user with a login token; an agent who is there, unless `given` says otherwise. */
export async function insertAgent(
  { app, db }: Pick<TestService, 'app' | 'db'>,
  given: Readonly<Record<string, unknown>> = {},
): Promise<Agent> {
  const authToken = unique('secret');
  const username = String(given.username ?? unique('agent'));
  const hashedToken = createHash('sha256').update(authToken).digest('base64');
  const user = {
    _id: unique('user'),
    name: 'Agent Ann',
    type: 'user',
    active: true,
    roles: ['user', 'livechat-agent'],
    status: 'online',
    statusConnection: 'online',
    statusLivechat: 'available',
    services: { resume: { loginTokens: [{ hashedToken, when: new Date() }] } },
    ...given,
    username,
  };
  await db.collection<{ _id: string }>('users').insertOne(user);
  return { _id: user._id, username, api: apiClient(app).as({ userId: user._id, authToken }) };
}

/** Sends every agent of the test away. */
export const sendAgentsAway = (db: Db) =>
  db
    .collection('users')
    .updateMany({ roles: 'livechat-agent' }, { $set: { statusLivechat: 'not-available' } });

/** Creates a department of agents, in their order, that no visitor is led to unasked; gives its id. */
export async function createDepartment(
  admin: ApiClient,
  agents: readonly Agent[],
  given: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const department = {
    name: unique('department'),
    email: 'sales@example.org',
    enabled: true,
    showOnRegistration: false,
    showOnOfflineForm: false,
    ...given,
  };
  const members = agents.map(({ _id }, order) => ({ agentId: _id, order }));
  const answer = await admin.post('livechat/department', { department, agents: members });
  if (answer.status !== 200) throw new Error(`no department: ${answer.text}`);
  return answer.body.department._id;
}

/** Asks for the visitor's room; gives it as answered. */
export async function openRoom(api: ApiClient, { token }: { token: string }): Promise<Room> {
  const answer = await api.get('livechat/room', { token });
  if (answer.status !== 200) throw new Error(`no room: ${answer.text}`);
  return answer.body.room;
}

/** A new visitor with an open room. */
export async function startChat(
  api: ApiClient,
  given: Readonly<Record<string, unknown>> = {},
): Promise<{ visitor: Visitor & { token: string }; room: Room; rid: string; token: string }> {
  const visitor = await registerVisitor(api, given);
  const room = await openRoom(api, visitor);
  return { visitor, room, rid: room._id, token: visitor.token };
}

/** The visitor says something; gives the message as answered. */
export async function say(api: ApiClient, token: string, rid: string, msg: string): Promise<Message> {
  const answer = await api.post('livechat/message', { token, rid, msg });
  if (answer.status !== 200) throw new Error(`not said: ${answer.text}`);
  return answer.body.message;
}

/** The inquiry of a room as answered, or null. */
export async function inquiryOf(api: ApiClient, rid: string) {
  const answer = await api.get('livechat/inquiries.getOne', { roomId: rid });
  if (answer.status !== 200) throw new Error(`no answer for an inquiry: ${answer.text}`);
  return answer.body.inquiry;
}

/** The inquiry of a room is taken by an agent. */
export async function take(agent: Agent, rid: string): Promise<void> {
  const { _id: inquiryId } = await inquiryOf(agent.api, rid);
  const answer = await agent.api.post('livechat/inquiries.take', { inquiryId });
  if (answer.status !== 200) throw new Error(`not taken: ${answer.text}`);
}

/** The texts and types of a room's messages as stored, oldest first. */
export async function transcriptOf(db: Db, rid: string): Promise<string[]> {
  const messages = await collection(db, 'message').find({ rid }).sort({ ts: 1 }).toArray();
  return messages.map(({ t, msg }) => (t ? `${t}:${msg}` : String(msg)));
}

export const storedRoom = async (db: Db, rid: string): Promise<Room> => {
  const room = await db.collection<Room>('rocketchat_room').findOne({ _id: rid });
  if (room === null) throw new Error(`no room ${rid}`);
  return room;
};

/** Changes a setting for as long as the work takes. */
export async function withSetting(
  admin: ApiClient,
  id: string,
  value: unknown,
  work: () => Promise<void>,
): Promise<void> {
  const { body: before } = await admin.get(`settings/${id}`);
  const set = async (to: unknown) => {
    const answer = await admin.post(`settings/${id}`, { value: to });
    if (answer.status !== 200) throw new Error(`${id} not set: ${answer.text}`);
  };
  await set(value);
  try {
    await work();
  } finally {
    await set(before.value);
  }
}

/** Runs the work while no role but `roles` holds the permission. */
export async function withPermission(
  admin: ApiClient,
  _id: string,
  roles: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const set = (to: readonly string[]) =>
    admin.post('permissions.update', { permissions: [{ _id, roles: to }] });
  const before = ['livechat-manager', 'livechat-agent', 'admin'];
  await set(roles);
  try {
    await work();
  } finally {
    await set(before);
  }
}
