import { firstAddressOf } from '../../domain/accounts/user.ts';
import type { MessageReads } from '../../domain/messages/message.ts';
import { satisfactionOf } from '../../domain/rooms/rating.ts';
import type { Room } from '../../domain/rooms/room.ts';
import { reachOf } from '../../domain/visitors/visitor.ts';
import { type DescribeChatsDeps, describeChats } from '../../domain/visits/described-chats.ts';
import { splitName } from '../../domain/visits/person-name.ts';

/**
 * How REVE Chat numbers who began or ended a chat is not documented; these are ours: nobody yet, the visitor, an
 * agent.
 */
const nobody = 0;
const byVisitor = 1;
const byAgent = 2;

export type ChatItemsDeps = DescribeChatsDeps & { readonly messages: MessageReads };

/** Rooms in REVE Chat's form, without what tells whether the chat was missed, whose name differs. */
export async function chatItems(deps: ChatItemsDeps, rooms: readonly Room[]): Promise<object[]> {
  const chats = await describeChats(deps, rooms);
  const agents = chats.flatMap(({ agent }) => agent ?? []);
  const numbers = await deps.publicIds.give(
    'agent',
    agents.map(({ _id: id }) => ({ id })),
  );
  const transferred = await deps.messages.listTransferred(rooms.map(({ _id }) => _id));
  return chats.map(({ room, publicId, agent, visitor, record }) => {
    const { firstName, lastName } = splitName(agent?.name ?? agent?.username);
    const { email, phone } = reachOf(visitor);
    return {
      chat_id: publicId?.number ?? 0,
      chat_request_time: timeOf(room.ts),
      chat_started_by: byVisitor,
      is_chat_transferred: transferred.includes(room._id) ? 1 : 0,
      conversation_start_time: timeOf(room.servedBy?.ts),
      conversation_end_time: timeOf(room.closedAt),
      chat_ended_by: endedBy(room),
      visitor_id: record?.number ?? 0,
      visitor_email: email,
      visitor_name: visitor?.name ?? room.v?.name ?? '',
      visitor_phone: phone,
      agent_id: numbers.get(agent?._id ?? '')?.number ?? 0,
      agent_first_name: firstName,
      agent_last_name: lastName,
      agent_email: firstAddressOf(agent),
      rating: satisfactionOf(room),
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
