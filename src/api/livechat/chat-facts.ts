import type { Dependencies } from '../../domain/dependencies.ts';
import type { Message } from '../../domain/messages/message.ts';
import { collect } from '../../domain/paging.ts';
import type { Room } from '../../domain/rooms/room.ts';
import {
  type DescribeChatsDeps,
  type DescribedChat,
  describeChats,
} from '../../domain/visits/described-chats.ts';
import { loginOf } from './login-of.ts';

export type ChatFactsDeps = DescribeChatsDeps & Pick<Dependencies, 'messages'>;

/** What is known of a chat, in the terms in which LiveChat tells of it. */
export interface ChatFacts extends Omit<DescribedChat, 'agent' | 'publicId'> {
  readonly code: string;
  readonly group: number;
  readonly agent: { readonly login: string; readonly name: string } | undefined;
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
  const departmentIds = [...new Set(rooms.flatMap(({ departmentId }) => departmentId ?? []))];
  const [chats, groups, messages] = await Promise.all([
    describeChats(deps, rooms),
    deps.publicIds.give(
      'group',
      departmentIds.map((id) => ({ id })),
    ),
    Promise.all(rooms.map(({ _id }) => messagesOf(deps, _id, signal))),
  ]);
  return chats.map(({ publicId, agent, ...chat }, index) => ({
    ...chat,
    code: publicId?.code ?? '',
    group: groups.get(chat.room.departmentId ?? '')?.number ?? 0,
    agent: agent && { login: loginOf(agent), name: agent.name ?? agent.username ?? '' },
    messages: messages[index] ?? [],
  }));
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
