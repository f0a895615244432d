import type { Dependencies } from '../../domain/dependencies.ts';
import type { Message } from '../../domain/messages/message.ts';
import { collect } from '../../domain/paging.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import type { VisitorRecord } from '../../domain/visits/visitor-record.ts';
import { loginOf } from './login-of.ts';

export type ChatFactsDeps = Pick<
  Dependencies,
  'messages' | 'publicIds' | 'users' | 'visitorRecords' | 'visitors'
>;

/** What is known of a chat, in the terms in which LiveChat tells of it. */
export interface ChatFacts {
  readonly room: Room;
  readonly code: string;
  readonly group: number;
  readonly agent: { readonly login: string; readonly name: string } | undefined;
  readonly visitor: Visitor | undefined;
  readonly record: VisitorRecord | undefined;
  /** What people wrote, the oldest first; of a long chat the newest. */
  readonly messages: readonly Message[];
}

const mostMessages = 200;

/** Looks up what belongs to rooms, for all of them at once. */
export async function chatFactsOf(
  deps: ChatFactsDeps,
  rooms: readonly Room[],
  signal: AbortSignal,
): Promise<ChatFacts[]> {
  const { publicIds, users, visitorRecords, visitors } = deps;
  const visitorIds = rooms.flatMap(({ v }) => v?._id ?? []);
  const departmentIds = [...new Set(rooms.flatMap(({ departmentId }) => departmentId ?? []))];
  const [codes, groups, agents, records, found, messages] = await Promise.all([
    publicIds.give(
      'chat',
      rooms.map(({ _id: id, ts: createdAt }) => ({ id, createdAt })),
    ),
    publicIds.give(
      'group',
      departmentIds.map((id) => ({ id })),
    ),
    users.listByIds([...new Set(rooms.flatMap(({ servedBy }) => servedBy?._id ?? []))]),
    visitorRecords.listByVisitorIds(visitorIds),
    visitors.listEnabledByIds(visitorIds),
    Promise.all(rooms.map(({ _id }) => messagesOf(deps, _id, signal))),
  ]);
  const agentOf = new Map(agents.map((agent) => [agent._id, agent]));
  const recordOf = new Map(records.map((record) => [record.visitorId, record]));
  const visitorOf = new Map(found.map((visitor) => [visitor._id, visitor]));
  return rooms.map((room, index): ChatFacts => {
    const { servedBy } = room;
    const agent = servedBy && { ...servedBy, ...agentOf.get(servedBy._id) };
    return {
      room,
      code: codes.get(room._id)?.code ?? '',
      group: groups.get(room.departmentId ?? '')?.number ?? 0,
      agent: agent && { login: loginOf(agent), name: agent.name ?? agent.username ?? '' },
      visitor: visitorOf.get(room.v?._id ?? ''),
      record: recordOf.get(room.v?._id),
      messages: messages[index] ?? [],
    };
  });
}

async function messagesOf(
  { messages }: ChatFactsDeps,
  roomId: string,
  signal: AbortSignal,
): Promise<Message[]> {
  const page = { count: mostMessages, offset: 0, sort: { ts: -1 }, signal } as const;
  const { items } = await messages.listOfRoom(roomId, undefined, page);
  return (await collect(items)).reverse();
}

/** Who wrote a message, and what, as webhooks and the list of chats both tell it. */
export function messageFacts({ visitor, agent }: ChatFacts, { u, msg, ts, token, alias }: Message) {
  const isVisitors = token !== undefined || (u?._id !== undefined && u._id === visitor?._id);
  return {
    user_type: isVisitors ? 'visitor' : 'agent',
    author_name: isVisitors ? (visitor?.name ?? alias ?? 'Visitor') : (u?.name ?? u?.username ?? ''),
    ...(!isVisitors && { agent_id: agent?.login ?? u?.username ?? '' }),
    text: msg,
    json: '',
    timestamp: Math.floor(ts.getTime() / 1000),
  };
}
