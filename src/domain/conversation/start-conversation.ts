import type { ContactStore } from '../contacts/contact.ts';
import { dateOf } from '../dates.ts';
import { AppError } from '../errors.ts';
import { writeSystemMessage } from '../messages/system-message.ts';
import { personOf } from '../person.ts';
import { type Inquiry, inquiryIdOf } from '../rooms/inquiry.ts';
import type { Room } from '../rooms/room.ts';
import { routingMethodOf, takeNextBot } from '../routing/availability.ts';
import type { SelectedAgent } from '../routing/routing.ts';
import { type FurtherTokenStore, listTokens } from '../visitors/further-tokens.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';
import { type AssignAgentDeps, assignAgent, finishAssignment, routeInquiry } from './assign-agent.ts';

export type StartConversationDeps = AssignAgentDeps & {
  readonly contacts: ContactStore;
  readonly furtherTokens: FurtherTokenStore;
  readonly visitors: VisitorStore;
};

/** A request that is still working on an inquiry finishes sooner than this. */
const abandonedAfterMs = 10_000;

/**
 * Does what follows the opening of a room; repeating any step changes nothing. The steps are the first message, the
 * last chat of the visitor and of their contact, their earlier page views, the inquiry and, for whoever stored that,
 * the routing.
 * @throws {AppError} `invalid-token` if the visitor was deleted in the meantime; then the room is deleted, too.
 */
export async function startConversation(
  deps: StartConversationDeps,
  room: Room,
  visitor: Visitor,
  agent?: SelectedAgent,
): Promise<void> {
  const { clock, inquiries, messages, rooms, settings, tellOfSession } = deps;
  const { _id: rid, v } = room;
  const ts = dateOf(room.ts) ?? clock();
  const started = { t: 'livechat-started', msg: '', u: personOf(visitor), ts, token: v?.token } as const;
  await writeSystemMessage(deps, rid, started);
  if (!(await rememberChat(deps, { ...room, ts }, visitor))) {
    await undoRoom(deps, rid, visitor);
    throw new AppError('invalid-token');
  }
  await messages.adoptPageViews(await listTokens(deps, visitor._id), rid);
  await tellOfSession({ type: 'LivechatSessionStart', subjectId: rid, at: ts });
  const bot = agent ? null : await takeNextBot(deps, room.departmentId);
  // A bot's chat does not wait in the queue for agents to take it.
  const manual = routingMethodOf(settings) === 'Manual_Selection' && !bot;
  // An inquiry that looks older than it is would be taken for abandoned while this works on it.
  const since = isAbandoned(deps, ts) ? clock() : ts;
  const inquiry = inquiryOf({ ...room, ts: since }, manual ? 'queued' : 'ready', manual ? agent : undefined);
  if (!(await inquiries.open(inquiry))) return;
  if (!(await rooms.findById(rid))?.open) await inquiries.deleteByRoom(rid);
  else if (bot) await assignAgent(deps, inquiry, bot);
  else if (manual) await tellOfSession({ type: 'LivechatSessionQueued', subjectId: rid, at: since });
  else await routeInquiry(deps, inquiry, agent);
}

async function rememberChat(
  { contacts, visitors }: StartConversationDeps,
  { _id, ts, contactId, source }: Room & { readonly ts: Date },
  visitor: Visitor,
): Promise<boolean> {
  const [isThere] = await Promise.all([
    visitors.setLastChat(visitor._id, { _id, ts }),
    contactId && source && contacts.setLastChat(contactId, visitor._id, source, { _id, ts }),
  ]);
  return isThere;
}

/** Leaves nothing of a room that was opened while its visitor was being deleted. */
async function undoRoom(
  { contacts, messages, rooms }: StartConversationDeps,
  rid: string,
  { _id }: Visitor,
): Promise<void> {
  await Promise.all([messages.deleteByRooms([rid]), contacts.disable(_id)]);
  await rooms.delete([rid]);
}

/**
 * Finishes what an interrupted request left undone in an open room; for nearly all rooms that is nothing.
 * @param agent whom the visitor asks for, if the room has yet to get its agent.
 */
export async function resumeConversation(
  deps: StartConversationDeps,
  room: Room,
  visitor: Visitor,
  agent?: SelectedAgent,
): Promise<Room> {
  const inquiry = await deps.inquiries.findByRoom(room._id);
  if (inquiry?.status === 'taken') return room;
  if (room.servedBy) {
    if (inquiry === null || !isAbandoned(deps, room.servedBy.ts)) return room;
    await finishAssignment(deps, room, room.servedBy, inquiry);
  } else if (inquiry === null) {
    // Whoever opened the room knows which agent was asked for, and may be about to store the inquiry.
    if (!isAbandoned(deps, room.ts)) return room;
    await startConversation(deps, room, visitor, agent);
  } else if (inquiry.status === 'ready' && isAbandoned(deps, inquiry.ts)) {
    await routeInquiry(deps, inquiry, agent);
  } else {
    return room;
  }
  return (await deps.rooms.findById(room._id)) ?? room;
}

/** Whether work that began then must have been abandoned; if the time is unknown, it has been. */
const isAbandoned = ({ clock }: StartConversationDeps, startedAt: Date | undefined): boolean => {
  const since = dateOf(startedAt);
  return since === undefined || clock().getTime() - since.getTime() > abandonedAfterMs;
};

function inquiryOf(
  room: Room & { readonly ts: Date },
  status: Inquiry['status'],
  agent: SelectedAgent | undefined,
): Inquiry {
  const {
    _id: rid,
    fname = '',
    ts,
    departmentId,
    v,
    priorityWeight,
    estimatedWaitingTimeQueue,
    source,
  } = room;
  return {
    _id: inquiryIdOf(rid),
    rid,
    name: fname,
    ts,
    ...(departmentId === undefined ? {} : { department: departmentId }),
    message: '',
    status,
    ...(v === undefined ? {} : { v }),
    t: 'l',
    ...(priorityWeight === undefined ? {} : { priorityWeight }),
    ...(estimatedWaitingTimeQueue === undefined ? {} : { estimatedWaitingTimeQueue }),
    ...(source === undefined ? {} : { source }),
    ...(status === 'queued' ? { queuedAt: ts } : {}),
    ...(agent === undefined ? {} : { defaultAgent: agent }),
  };
}
