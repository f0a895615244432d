import type { UserStore } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { dateOf } from '../dates.ts';
import { derivedId } from '../ids.ts';
import type { MessageStore } from '../messages/message.ts';
import { afterLastMessage, writeSystemMessage } from '../messages/system-message.ts';
import type { Inquiry, InquiryStore } from '../rooms/inquiry.ts';
import type { Room, RoomStore, RoomVisitor, ServedBy } from '../rooms/room.ts';
import type { RoomActivityStore } from '../rooms/room-activity.ts';
import type { TellOfSession } from '../rooms/session-event.ts';
import type { Subscription, SubscriptionStore } from '../rooms/subscription.ts';
import { availabilityOf } from '../routing/availability.ts';
import type { RoutingStore, SelectedAgent } from '../routing/routing.ts';
import type { Settings } from '../settings/settings.ts';

export interface AssignAgentDeps {
  readonly clock: Clock;
  readonly inquiries: InquiryStore;
  readonly messages: MessageStore;
  readonly roomActivity: RoomActivityStore;
  readonly rooms: RoomStore;
  readonly routing: RoutingStore;
  readonly settings: Settings;
  readonly subscriptions: SubscriptionStore;
  readonly tellOfSession: TellOfSession;
  readonly users: UserStore;
}

/**
 * Assigns a waiting room to the requested agent, if available, or else to the next one; to nobody if there is none.
 */
export async function routeInquiry(
  deps: AssignAgentDeps,
  inquiry: Inquiry,
  asked?: SelectedAgent,
): Promise<void> {
  const { routing, settings } = deps;
  const availability = availabilityOf(settings);
  const agent =
    (asked && (await routing.findAvailable(asked.agentId, availability))) ??
    (await routing.takeNext(inquiry.department, availability));
  if (agent) await assignAgent(deps, inquiry, agent);
}

/**
 * Makes an agent the one who serves the room. If several try, one succeeds; the others get null, and so does everyone
 * if the room was closed. What follows can be repeated by {@link finishAssignment}.
 */
export async function assignAgent(
  deps: AssignAgentDeps,
  inquiry: Inquiry,
  { agentId, username }: SelectedAgent,
): Promise<Room | null> {
  const room = await deps.rooms.serve(inquiry.rid, { _id: agentId, username, ts: deps.clock() });
  if (room?.servedBy) await finishAssignment(deps, room, room.servedBy, inquiry);
  return room;
}

/**
 * Does what an assignment brings besides `servedBy`: the agent is subscribed, the room gets its messages, the inquiry
 * is taken. If the room is closed in the meantime, nothing of this is left behind.
 */
export async function finishAssignment(
  deps: AssignAgentDeps,
  room: Room,
  servedBy: ServedBy,
  inquiry: Inquiry,
): Promise<void> {
  const { clock, inquiries, subscriptions, tellOfSession, users } = deps;
  const rid = room._id;
  const since = dateOf(servedBy.ts) ?? clock();
  await subscriptions.ensure(subscriptionOf(room, { ...servedBy, ts: since }, room.fname ?? inquiry.name));
  if (!(await deps.rooms.findById(rid))?.open) {
    // The room was closed and cleaned up before the subscription was there.
    await Promise.all([subscriptions.deleteByRooms([rid]), inquiries.deleteByRoom(rid)]);
    return;
  }
  const agent = await users.findById(servedBy._id);
  const u = {
    _id: servedBy._id,
    ...(servedBy.username === undefined ? {} : { username: servedBy.username }),
    ...(agent?.name === undefined ? {} : { name: agent.name }),
  };
  const connectedAt = afterLastMessage(room, since);
  const joinedAt = new Date(connectedAt.getTime() + 1);
  const occasion = `${servedBy._id} ${since.getTime()}`;
  await writeSystemMessage(deps, rid, { t: 'command', msg: 'connected', u, ts: connectedAt }, occasion);
  await writeSystemMessage(deps, rid, { t: 'uj', msg: '', u, ts: joinedAt }, occasion);
  await tellOfSession({ type: 'LivechatSessionTaken', subjectId: rid, at: since });
  // This comes last: as long as the inquiry is not taken, some of the above may be missing.
  await inquiries.take(inquiry._id, since);
}

/** A user's subscription to a room. */
export function subscriptionOf(
  room: Room,
  servedBy: ServedBy & { readonly ts: Date },
  name: string,
): Subscription {
  const { _id: rid, v } = room;
  return {
    _id: derivedId(rid, 'subscription', servedBy._id),
    rid,
    name,
    fname: name,
    alert: true,
    open: true,
    unread: 1,
    userMentions: 1,
    groupMentions: 0,
    u: { _id: servedBy._id, ...(servedBy.username === undefined ? {} : { username: servedBy.username }) },
    t: 'l',
    desktopNotifications: 'all',
    mobilePushNotifications: 'all',
    emailNotifications: 'all',
    ...(v ? { v: subscriptionVisitor(v) } : {}),
    ts: servedBy.ts,
    ...(room.departmentId === undefined ? {} : { department: room.departmentId }),
  };
}

const subscriptionVisitor = ({ _id, username, token, status = 'online' }: RoomVisitor): RoomVisitor => ({
  _id,
  ...(username === undefined ? {} : { username }),
  ...(token === undefined ? {} : { token }),
  status,
});
