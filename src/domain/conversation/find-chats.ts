import type { User, UserStore } from '../accounts/user.ts';
import type { MessageStore } from '../messages/message.ts';
import { collect, inOneBatch, type PageOf, type PageRequest } from '../paging.ts';
import { type ListRoomsDeps, listRooms } from '../rooms/list-rooms.ts';
import type { Room } from '../rooms/room.ts';
import type { RoomFilter } from '../rooms/room-search.ts';
import type { ReachedGoalStore } from '../visitor-details/reached-goal.ts';
import type { PublicIdStore, VisitorReference } from '../visits/public-ids.ts';
import { type Area, isFrom, type VisitorRecords } from '../visits/visitor-record.ts';

export type FindChatsDeps = ListRoomsDeps & {
  readonly messages: MessageStore;
  readonly publicIds: PublicIdStore;
  readonly reachedGoals: ReachedGoalStore;
  readonly users: UserStore;
  readonly visitorRecords: VisitorRecords;
};

/** What chats are looked for by, with what integrators know people, departments and goals by. */
export interface ChatQuery {
  readonly filter: RoomFilter;
  readonly visitor: VisitorReference | undefined;
  /** Where the visitor is, or was last. */
  readonly area: Area | undefined;
  /** The e-mail address or the user name of an agent. */
  readonly agent: string | undefined;
  /** The number of a department; 0 for none. */
  readonly group: number | undefined;
  /** A goal that was reached in the chat. */
  readonly goal: number | undefined;
  /** Whether any goal was. */
  readonly hasGoal: boolean | undefined;
  /** A part of the visitor's name, in any case, or of a message. */
  readonly text: string | undefined;
}

/** So many chats in which goals were reached are found: the newest. */
const mostWithGoals = 10_000;
/** The chats of so many visitors from an area are found: the latest arrivals'. */
const mostVisitors = 10_000;
/** In so many of the newest chats, a text is looked for. */
const mostSearched = 1_000;

/** Chats that pass a query, of those that a user may list: managers all, agents their own. */
export async function findChats(
  deps: FindChatsDeps,
  user: User,
  query: ChatQuery,
  page: PageRequest,
): Promise<PageOf<Room>> {
  const filter = await filterFor(deps, user, query, page.signal);
  return filter === null ? { items: inOneBatch([]), total: 0 } : listRooms(deps, user, filter, page);
}

/** One of the chats that a user may list, by its code; null if there is none. */
export async function findChat(
  deps: FindChatsDeps,
  user: User,
  code: string,
  signal: AbortSignal,
): Promise<Room | null> {
  const id = await deps.publicIds.findByCode('chat', code);
  if (id === null) return null;
  const seesAll = deps.access.hasPermission(user, 'view-livechat-rooms');
  const filter = { among: [id], ...(seesAll ? {} : { agents: [user._id] }) };
  const { items } = await listRooms(deps, user, filter, { count: 1, offset: 0, sort: { ts: -1 }, signal });
  const [room = null] = await collect(items);
  return room;
}

/** Null if no chat can pass. */
async function filterFor(
  deps: FindChatsDeps,
  user: User,
  { filter, visitor, area, agent, group, goal, hasGoal, text }: ChatQuery,
  signal: AbortSignal,
): Promise<RoomFilter | null> {
  const narrowed: { -readonly [Key in keyof RoomFilter]: RoomFilter[Key] } = { ...filter };
  const agentId = agent === undefined ? undefined : await findAgentId(deps, agent);
  const seesAll = deps.access.hasPermission(user, 'view-livechat-rooms');
  if (agentId === null || (!seesAll && agentId !== undefined && agentId !== user._id)) return null;
  if (agentId !== undefined || !seesAll) narrowed.agents = [agentId ?? user._id];
  const visitors = await findVisitorIds(deps, visitor, area, signal);
  if (visitors?.length === 0) return null;
  if (visitors) narrowed.visitors = visitors;
  if (group === 0) narrowed.inNoDepartment = true;
  else if (group !== undefined) {
    const department = await deps.publicIds.findByNumber('group', group);
    if (department === null) return null;
    narrowed.departments = [department];
  }
  if (goal !== undefined || hasGoal !== undefined) {
    const rooms = await deps.reachedGoals.listRooms(goal, mostWithGoals);
    if (goal === undefined && hasGoal === false) narrowed.except = rooms;
    else narrowed.among = rooms;
  }
  return text === undefined ? narrowed : withText(deps, narrowed, text, signal);
}

/** Whose chats pass; undefined if anybody's may. */
async function findVisitorIds(
  { visitorRecords }: FindChatsDeps,
  visitor: VisitorReference | undefined,
  area: Area | undefined,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  if (!visitor) return area && visitorRecords.listVisitorIdsFrom(area, mostVisitors, signal);
  const record = await visitorRecords.find(visitor);
  if (record?.visitorId === undefined) return [];
  return area === undefined || isFrom(record, area) ? [record.visitorId] : [];
}

async function findAgentId({ users }: FindChatsDeps, login: string): Promise<string | null> {
  const found = (await users.findWithCredentials({ email: login })) ?? (await users.findByUsername(login));
  return found?._id ?? null;
}

async function withText(
  { messages, roomSearch }: FindChatsDeps,
  filter: RoomFilter,
  text: string,
  signal: AbortSignal,
): Promise<RoomFilter> {
  const names = await roomSearch.listNames(filter, mostSearched, signal);
  const wanted = text.toLowerCase();
  const named = [...names].filter(([, name]) => name.toLowerCase().includes(wanted)).map(([id]) => id);
  const said = await messages.listRoomsWithText([...names.keys()], text, signal);
  return { ...filter, among: [...new Set([...named, ...said])] };
}
