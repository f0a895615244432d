import type { User } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import type { ContactStore } from '../contacts/contact.ts';
import { monthOf } from '../dates.ts';
import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import { type Person, personOf } from '../person.ts';
import type { Room, RoomStore } from '../rooms/room.ts';
import { getAccessibleRoom, type RoomAccessDeps } from '../rooms/room-access.ts';
import type { MessageEffect, RoomActivityStore } from '../rooms/room-activity.ts';
import { agentEffect, visitorEffect } from '../rooms/room-metrics.ts';
import type { TellOfSession } from '../rooms/session-event.ts';
import type { SubscriptionStore } from '../rooms/subscription.ts';
import { messageSeenBy } from '../rooms/visitor-tokens.ts';
import { routingMethodOf } from '../routing/availability.ts';
import { getVisitorByToken } from '../visitors/get-visitor.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';
import { emailsOf, phonesOf } from '../visitors/visitor-search.ts';
import type { VisitSigns } from '../visits/visit-sign.ts';
import { findLeads } from './lead-capture.ts';
import type { Message, MessageStore } from './message.ts';

export type SendMessageDeps = RoomAccessDeps & {
  readonly clock: Clock;
  readonly contacts: ContactStore;
  readonly ids: IdSource;
  readonly messages: MessageStore;
  readonly roomActivity: RoomActivityStore;
  readonly rooms: RoomStore;
  readonly subscriptions: SubscriptionStore;
  readonly tellOfSession: TellOfSession;
  readonly visitors: VisitorStore;
  readonly visitSigns: VisitSigns;
};

export interface VisitorMessage {
  readonly token: string;
  readonly rid: string;
  readonly msg: string;
  /** The sender's own id for the message, under which they may safely send it again. */
  readonly id?: string | undefined;
  /** A file that has been stored. */
  readonly attached?: Attached | undefined;
}

/** How a message refers to its file. */
export type Attached = Required<Pick<Message, 'file' | 'files' | 'attachments' | 'groupable'>>;

/**
 * Writes a visitor's message into their open room. Sent again under the same id, the stored message is returned.
 * @throws {AppError} `invalid-token`, `invalid-room`, `room-closed`, `message-too-long`,
 *   `error-omnichannel-is-disabled`, or `invalid-message` for an id that belongs to another message.
 */
export async function sendVisitorMessage(deps: SendMessageDeps, given: VisitorMessage): Promise<Message> {
  const { clock, roomActivity, settings } = deps;
  const { id, token, rid, msg, attached } = given;
  const visitor = await getVisitorByToken(deps, token);
  deps.visitSigns.note({ token, at: clock(), visitorId: visitor._id });
  const alias = visitor.name ? { alias: visitor.name } : {};
  const draft: Draft = {
    ...{ id, rid, msg, u: personOf(visitor), more: { token, ...alias, ...attached } },
    effectOn: visitorEffect,
    follow: (room, message) => followVisitorMessage(deps, room, visitor, message),
  };
  const sent = await findSent(deps, draft);
  if (sent) return messageSeenBy(token, await complete(deps, draft, sent));
  const tooLong = exceedsLimit(deps, msg);
  const room = tooLong ? null : await roomActivity.takeMessageTime(rid, clock(), visitor._id);
  if (room === null) throw await visitorRefusal(deps, rid, visitor._id);
  if (!settings.get('Livechat_enabled')) throw new AppError('error-omnichannel-is-disabled');
  return store(deps, room, draft);
}

async function followVisitorMessage(
  deps: SendMessageDeps,
  room: Room,
  visitor: Visitor,
  message: Message,
): Promise<void> {
  const known = { emails: emailsOf(visitor), phones: phonesOf(visitor) };
  const leads = findLeads(deps.settings, message.msg, known);
  const anyLeads = leads.emails.length > 0 || leads.phones.length > 0;
  await Promise.all([
    showInQueue(deps, room, message),
    room.servedBy && alertAgents(deps, room, visitor._id),
    room.v?.status === 'offline' && setOnline(deps, visitor._id),
    anyLeads && deps.visitors.addContactData(visitor._id, leads),
    tellOfMessage(deps, message, 'Message', 'visitor'),
    // Rocket.Chat tells of every message, with or without leads.
    tellOfMessage(deps, message, 'LeadCapture', 'visitor'),
  ]);
}

/** Whoever writes is there again. */
const setOnline = ({ inquiries, rooms }: SendMessageDeps, visitorId: string): Promise<unknown> =>
  Promise.all([rooms.setVisitorStatus(visitorId, 'online'), inquiries.setVisitorStatus(visitorId, 'online')]);

/** Tells of a message that was written in a room. */
const tellOfMessage = (
  { tellOfSession }: SendMessageDeps,
  { _id: id, rid: subjectId = '', ts: at }: Message,
  type: 'Message' | 'LeadCapture',
  by: 'visitor' | 'agent',
): Promise<void> => tellOfSession({ type, subjectId, at, message: { id, by } });

/** Why the visitor's message cannot be written. */
async function visitorRefusal({ rooms }: SendMessageDeps, rid: string, visitorId: string): Promise<AppError> {
  const room = await rooms.findByIdAndVisitor(rid, visitorId);
  if (room === null) return new AppError('invalid-room');
  return new AppError(room.open ? 'message-too-long' : 'room-closed');
}

const exceedsLimit = ({ settings }: SendMessageDeps, msg: string): boolean =>
  settings.get('Livechat_enable_message_character_limit') &&
  settings.get('Livechat_message_character_limit') > 0 &&
  msg.length > settings.get('Livechat_message_character_limit');

export interface AgentMessage {
  readonly rid: string;
  readonly msg: string;
  readonly id?: string | undefined;
}

/**
 * Writes a user's message into an open livechat room that they have access to.
 * @throws {AppError} `invalid-room`, `not-allowed`, `room-closed`, `message-too-long`, or
 *   `invalid-message` for an id that belongs to another message.
 */
export async function sendAgentMessage(
  deps: SendMessageDeps,
  user: User,
  given: AgentMessage,
): Promise<Message> {
  const { clock, roomActivity, settings } = deps;
  const { id, rid, msg } = given;
  if (msg.length > settings.get('Message_MaxAllowedSize')) {
    const reason = 'Message size exceeds Message_MaxAllowedSize';
    throw new AppError('message-too-long', { reason });
  }
  await getAccessibleRoom(deps, user, rid);
  const u = personOf(user);
  const draft: Draft = {
    ...{ id, rid, msg, u, more: {} },
    effectOn: (room, ts) => agentEffect(room, u, ts),
    follow: (room, message) => followAgentMessage(deps, room, user, message),
  };
  const sent = await findSent(deps, draft);
  if (sent) return complete(deps, draft, sent);
  const room = await roomActivity.takeMessageTime(rid, clock());
  if (room === null) throw new AppError('room-closed');
  return store(deps, room, draft);
}

async function followAgentMessage(
  deps: SendMessageDeps,
  room: Room,
  user: User,
  message: Message,
): Promise<void> {
  await Promise.all([
    showInQueue(deps, room, message),
    alertAgents(deps, room, user._id),
    countAsActive(deps, room, monthOf(message.ts)),
    tellOfMessage(deps, message, 'Message', 'agent'),
  ]);
}

const alertAgents = (
  { settings, subscriptions }: SendMessageDeps,
  room: Room,
  authorId: string,
): Promise<void> =>
  subscriptions.alert(room._id, authorId, settings.get('Unread_Count_Omni') === 'all_messages');

/**
 * Records that an agent answered in the month: on the visitor, as Rocket.Chat up to 7 does, and on their contact, as
 * 8 does.
 */
async function countAsActive(
  { contacts, inquiries, visitors }: SendMessageDeps,
  { _id, v, contactId, responseBy }: Room,
  month: string,
): Promise<void> {
  const isKnown = v?._id === undefined || (v.activity?.includes(month) ?? false);
  // The contact may be newer than the visitor's activity.
  const isKnownOfContact = isKnown && responseBy !== undefined;
  await Promise.all([
    isKnown || visitors.addActivity(v._id, month),
    isKnown || inquiries.addActivity(_id, month),
    contactId === undefined || isKnownOfContact || contacts.addActivity(contactId, month),
  ]);
}

/** A message that is about to be stored. */
interface Draft {
  readonly id: string | undefined;
  readonly rid: string;
  readonly msg: string;
  readonly u: Person;
  /** What the message has besides. */
  readonly more: Partial<Pick<Message, 'token' | 'alias'> & Attached>;
  /** What it changes about the room, if it is written at that time. */
  effectOn(room: Room, ts: Date): MessageEffect;
  /** What follows once, when the message has been counted. */
  follow(room: Room, message: Message): Promise<void>;
}

/** Stores the message with the time that was reserved for it, and does what follows. */
async function store(deps: SendMessageDeps, room: Room, draft: Draft): Promise<Message> {
  const { clock, ids, messages, roomActivity } = deps;
  const { rid, msg, u, more, effectOn, follow } = draft;
  const ts = room.lm ?? clock();
  const lists = { urls: [], mentions: [], channels: [] };
  const _id = draft.id ?? ids.meteorId();
  const message = await messages.insert({ _id, rid, msg, ...more, ts, u, ...lists });
  if (message === null) {
    // Another request stored the same message in the meantime.
    const sent = await findSent(deps, draft);
    if (sent === null) throw new AppError('invalid-message');
    return sent;
  }
  if (await roomActivity.recordMessage(rid, message, effectOn(room, ts))) {
    await follow(room, message);
  } else if ((await deps.rooms.findById(rid)) === null) {
    // The visitor was deleted, with all rooms, while this was being stored.
    await messages.delete(_id);
    throw new AppError('invalid-room');
  }
  return message;
}

/** Makes up for what follows a message that was sent before, where the request that stored it died in between. */
async function complete(
  { roomActivity, rooms }: SendMessageDeps,
  { rid, effectOn, follow }: Draft,
  sent: Message,
): Promise<Message> {
  const room = await rooms.findById(rid);
  if (room && (await roomActivity.recordUncounted(rid, sent, effectOn(room, sent.ts))))
    await follow(room, sent);
  return sent;
}

/**
 * The message that was sent earlier under the draft's id, or null.
 * @throws {AppError} `invalid-message` if the id belongs to another room or sender.
 */
async function findSent({ messages }: SendMessageDeps, { id, rid, u }: Draft): Promise<Message | null> {
  const sent = id === undefined ? null : await messages.findById(id);
  if (sent && (sent.rid !== rid || sent.u?._id !== u._id)) throw new AppError('invalid-message');
  return sent;
}

/** Shows the message to agents who pick chats from the queue. */
async function showInQueue(
  { inquiries, settings }: SendMessageDeps,
  room: Room,
  message: Message,
): Promise<void> {
  if (room.servedBy || routingMethodOf(settings) !== 'Manual_Selection') return;
  await inquiries.setLastMessage(room._id, message);
}
