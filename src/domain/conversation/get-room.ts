import { type Contact, isChannelOf } from '../contacts/contact.ts';
import type { RoomSource } from '../contacts/source.ts';
import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { Room } from '../rooms/room.ts';
import { roomSeenBy } from '../rooms/visitor-tokens.ts';
import { chooseDepartment } from '../routing/choose-department.ts';
import type { SelectedAgent } from '../routing/routing.ts';
import { getVisitorByToken } from '../visitors/get-visitor.ts';
import type { Visitor } from '../visitors/visitor.ts';
import type { VisitSigns } from '../visits/visit-sign.ts';
import { type EnsureContactDeps, ensureContact, findChannelContact } from './ensure-contact.ts';
import { resumeConversation, type StartConversationDeps, startConversation } from './start-conversation.ts';

export type GetRoomDeps = StartConversationDeps &
  EnsureContactDeps & { readonly ids: IdSource; readonly visitSigns: VisitSigns };

export interface RoomRequest {
  readonly token: string;
  /** An open room of the visitor's. */
  readonly rid?: string | undefined;
  /** The requested agent; one who does not exist counts as none. */
  readonly agentId?: string | undefined;
  readonly source: RoomSource;
}

/** A visitor whose rooms open and close as fast as this request can retry is refused after this many attempts. */
const maxAttempts = 5;

/**
 * The visitor's open room, which is created if there is none; however many requests ask at once, it is one room.
 * @throws {AppError} `invalid-token`; `invalid-room` if `rid` is not an open room of the visitor;
 *   `error-omnichannel-is-disabled`, `no-agent-online` and `error-contact-channel-blocked` if no new room may be
 *   opened.
 */
export async function getRoom(
  deps: GetRoomDeps,
  request: RoomRequest,
): Promise<{ room: Room; newRoom: boolean }> {
  const { room, newRoom } = await findOrOpenRoom(deps, request);
  return { room: roomSeenBy(request.token, room), newRoom };
}

async function findOrOpenRoom(
  deps: GetRoomDeps,
  request: RoomRequest,
): Promise<{ room: Room; newRoom: boolean }> {
  const visitor = await getVisitorByToken(deps, request.token);
  deps.visitSigns.note({ token: request.token, at: deps.clock(), visitorId: visitor._id });
  if (request.rid !== undefined) {
    const room = await deps.rooms.findByIdAndVisitor(request.rid, visitor._id);
    if (!room?.open) throw new AppError('invalid-room');
    return { room, newRoom: false };
  }
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const existing = await deps.rooms.findOpenByVisitor(visitor._id);
    if (existing) {
      const agent = await findAgent(deps, request.agentId);
      return { room: await resumeConversation(deps, existing, visitor, agent), newRoom: false };
    }
    const room = await openRoom(deps, visitor, request);
    if (room) return { room, newRoom: true };
  }
  throw new AppError('error-failed-to-start-conversation');
}

/** Opens a room; null if another request got there first. */
async function openRoom(deps: GetRoomDeps, visitor: Visitor, request: RoomRequest): Promise<Room | null> {
  const { rooms, settings } = deps;
  if (!settings.get('Livechat_enabled')) throw new AppError('error-omnichannel-is-disabled');
  const agent = await findAgent(deps, request.agentId);
  const [departmentId, known] = await Promise.all([
    chooseDepartment(deps, visitor, agent),
    findChannelContact(deps, visitor, request.source),
  ]);
  const contact = known ?? (await ensureContact(deps, visitor, request.source));
  const room = await rooms.open(newRoom(deps, request, { visitor, contact, departmentId }));
  if (room === null) return null;
  await startConversation(deps, room, visitor, agent);
  return (await rooms.findById(room._id)) ?? room;
}

async function findAgent(
  { users }: GetRoomDeps,
  agentId: string | undefined,
): Promise<SelectedAgent | undefined> {
  const user = agentId ? await users.findById(agentId) : null;
  return user?.username === undefined ? undefined : { agentId: user._id, username: user.username };
}

interface Parties {
  readonly visitor: Visitor;
  readonly contact: Contact;
  readonly departmentId: string | undefined;
}

function newRoom(
  { clock, ids }: GetRoomDeps,
  { token, source }: RoomRequest,
  { visitor, contact, departmentId }: Parties,
): Room {
  const now = clock();
  const { _id, username, name, status = 'online' } = visitor;
  const fname = contact.name || name || username;
  const activity = visitor.activity?.length ? visitor.activity : contact.activity;
  const verified = contact.channels?.some((each) => each.verified && isChannelOf(each, _id, source));
  return {
    _id: ids.meteorId(),
    msgs: 0,
    usersCount: 1,
    lm: now,
    ...(fname === undefined ? {} : { fname }),
    t: 'l',
    ts: now,
    ...(departmentId === undefined ? {} : { departmentId }),
    v: {
      _id,
      ...(username === undefined ? {} : { username }),
      token,
      status,
      ...(activity?.length ? { activity } : {}),
    },
    contactId: contact._id,
    cl: false,
    open: true,
    waitingResponse: true,
    verified: verified === true,
    source,
    queuedAt: now,
    priorityWeight: 99,
    estimatedWaitingTimeQueue: 9_999_999,
    // Marks the room for the index that allows one open room per visitor, Foyer's and Rocket.Chat 8.8's alike.
    _enforceSingleRoom: true,
  };
}
