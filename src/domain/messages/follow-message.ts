import type { ContactStore } from '../contacts/contact.ts';
import { monthOf } from '../dates.ts';
import type { InquiryStore } from '../rooms/inquiry.ts';
import type { Room, RoomStore } from '../rooms/room.ts';
import type { TellOfSession } from '../rooms/session-event.ts';
import type { SubscriptionStore } from '../rooms/subscription.ts';
import { setStatusInRooms } from '../rooms/visitor-status.ts';
import { routingMethodOf } from '../routing/availability.ts';
import type { Settings } from '../settings/settings.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';
import { emailsOf, phonesOf } from '../visitors/visitor-search.ts';
import { findLeads } from './lead-capture.ts';
import type { Message } from './message.ts';

/** What it takes to do what follows a message. */
export interface FollowMessageDeps {
  readonly contacts: ContactStore;
  readonly inquiries: InquiryStore;
  readonly rooms: RoomStore;
  readonly settings: Settings;
  readonly subscriptions: SubscriptionStore;
  readonly tellOfSession: TellOfSession;
  readonly visitors: VisitorStore;
}

/** What follows once when a visitor's message has been counted. */
export async function followVisitorMessage(
  deps: FollowMessageDeps,
  room: Room,
  visitor: Visitor,
  message: Message,
): Promise<void> {
  const known = { emails: emailsOf(visitor), phones: phonesOf(visitor) };
  const leads = findLeads(deps.settings, message.msg, known);
  const anyLeads = leads.emails.length > 0 || leads.phones.length > 0;
  await Promise.all([
    room.servedBy && alertAgents(deps, room, visitor._id),
    // Whoever writes is there again.
    room.v?.status === 'offline' && setStatusInRooms(deps, visitor._id, 'online'),
    anyLeads && deps.visitors.addContactData(visitor._id, leads),
    tellOfMessage(deps, message, 'Message', 'visitor'),
    // Rocket.Chat tells of every message, with or without leads.
    tellOfMessage(deps, message, 'LeadCapture', 'visitor'),
  ]);
}

/** Tells of a message that was written in a room. */
const tellOfMessage = (
  { tellOfSession }: FollowMessageDeps,
  { _id: id, rid: subjectId = '', ts: at }: Message,
  type: 'Message' | 'LeadCapture',
  by: 'visitor' | 'agent',
): Promise<void> => tellOfSession({ type, subjectId, at, message: { id, by } });

/** What follows once when an agent's message has been counted. */
export async function followAgentMessage(
  deps: FollowMessageDeps,
  room: Room,
  agentId: string,
  message: Message,
): Promise<void> {
  await Promise.all([
    alertAgents(deps, room, agentId),
    countAsActive(deps, room, monthOf(message.ts)),
    tellOfMessage(deps, message, 'Message', 'agent'),
  ]);
}

const alertAgents = (
  { settings, subscriptions }: FollowMessageDeps,
  room: Room,
  authorId: string,
): Promise<void> =>
  subscriptions.alert(room._id, authorId, settings.get('Unread_Count_Omni') === 'all_messages');

/**
 * Records that an agent answered in the month: on the visitor, as Rocket.Chat up to 7 does, and on their contact, as
 * 8 does.
 */
async function countAsActive(
  { contacts, inquiries, visitors }: FollowMessageDeps,
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

/**
 * Shows a stored message to agents who pick chats from the queue, as the latest of its room, unless a later one is shown
 * already: so it need not wait until the message is counted, and repeating it changes nothing.
 */
export async function showInQueue(
  { inquiries, settings }: FollowMessageDeps,
  room: Room,
  message: Message,
): Promise<void> {
  if (room.servedBy || routingMethodOf(settings) !== 'Manual_Selection') return;
  await inquiries.setLastMessage(room._id, message);
}
