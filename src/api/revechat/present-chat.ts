import type { Dependencies } from '../../domain/dependencies.ts';
import type { Room } from '../../domain/rooms/room.ts';
import { splitName } from '../../domain/visits/person-name.ts';

export type ChatsDeps = Pick<Dependencies, 'publicIds' | 'users' | 'visitorRecords' | 'visitors'>;

/**
 * How REVE Chat numbers who began or ended a chat is not documented; these are ours: nobody yet, the visitor, an
 * agent.
 */
const nobody = 0;
const byVisitor = 1;
const byAgent = 2;

/** Rooms in REVE Chat's form, without what tells whether the chat was missed, whose name differs. */
export async function chatItems(deps: ChatsDeps, rooms: readonly Room[]): Promise<object[]> {
  const visitorIds = rooms.flatMap(({ v }) => v?._id ?? []);
  const agentIds = [...new Set(rooms.flatMap(({ servedBy }) => servedBy?._id ?? []))];
  const [chats, agents, records, visitors, users] = await Promise.all([
    deps.publicIds.give(
      'chat',
      rooms.map(({ _id: id, ts: createdAt }) => ({ id, createdAt })),
    ),
    deps.publicIds.give(
      'agent',
      agentIds.map((id) => ({ id })),
    ),
    deps.visitorRecords.listByVisitorIds(visitorIds),
    deps.visitors.listEnabledByIds(visitorIds),
    Promise.all(agentIds.map((id) => deps.users.findById(id))),
  ]);
  const recordOf = new Map(records.map((record) => [record.visitorId, record]));
  const visitorOf = new Map(visitors.map((visitor) => [visitor._id, visitor]));
  const userOf = new Map(users.map((user) => [user?._id, user]));
  return rooms.map((room) => {
    const visitor = visitorOf.get(room.v?._id ?? '');
    const agent = userOf.get(room.servedBy?._id);
    const { firstName, lastName } = splitName(agent?.name ?? room.servedBy?.name ?? room.servedBy?.username);
    return {
      chat_id: chats.get(room._id)?.number ?? 0,
      chat_request_time: timeOf(room.ts),
      chat_started_by: byVisitor,
      is_chat_transferred: 0,
      conversation_start_time: timeOf(room.servedBy?.ts),
      conversation_end_time: timeOf(room.closedAt),
      chat_ended_by: endedBy(room),
      visitor_id: recordOf.get(room.v?._id)?.number ?? 0,
      visitor_email: visitor?.visitorEmails?.[0]?.address ?? '',
      visitor_name: visitor?.name ?? room.v?.name ?? '',
      visitor_phone: visitor?.phone?.[0]?.phoneNumber ?? '',
      agent_id: agents.get(room.servedBy?._id ?? '')?.number ?? 0,
      ...{ agent_first_name: firstName, agent_last_name: lastName },
      agent_email: agent?.emails?.[0]?.address ?? '',
      rating: 0,
    };
  });
}

const timeOf = (moment: Date | undefined): number => moment?.getTime() ?? 0;

const endedBy = ({ closer }: Room): number => {
  if (closer === undefined) return nobody;
  return closer === 'visitor' ? byVisitor : byAgent;
};

/** A chat was missed if it ended without an agent. */
export const isMissed = ({ open, servedBy }: Room): 0 | 1 => (!open && servedBy === undefined ? 1 : 0);
