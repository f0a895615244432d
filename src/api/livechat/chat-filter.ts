import type { Request } from 'express';
import type { User } from '../../domain/accounts/user.ts';
import type { Dependencies } from '../../domain/dependencies.ts';
import type { Period, RoomFilter } from '../../domain/rooms/room-search.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { maxLengths } from '../../domain/text/max-lengths.ts';
import { invalid } from './errors.ts';
import { groupsOf, queryText, switchOf } from './params.ts';
import { dayIn, isTimeZone } from './times.ts';

/** What `GET chats` is filtered by, as a client names it. */
export interface ChatQuery {
  readonly filter: RoomFilter;
  readonly visitorId: string | undefined;
  readonly agent: string | undefined;
  readonly group: number | undefined;
  readonly goal: number | undefined;
  readonly hasGoal: boolean | undefined;
  readonly text: string | undefined;
}

/** Rooms are not kept with where their visitors were. */
const unknownFilters = ['city', 'region', 'country', 'queued'] as const;

/**
 * Reads the filters. Without `include_pending`, only chats that have ended pass, as in LiveChat.
 * @throws {LiveChatError} 400
 */
export function chatQueryOf(req: Request, settings: Settings): ChatQuery {
  const unknown = unknownFilters.find((name) => queryText(req, name) !== undefined);
  if (unknown) throw invalid(`Chats cannot be filtered by ${unknown}`);
  const groups = groupsOf(req);
  if (groups && groups.length > 1) throw invalid('group must have one value');
  const tagged = switchOf(req, 'tagged');
  const comment = switchOf(req, 'comment');
  const rating = ratingOf(req);
  const createdAt = periodOf(req, settings);
  return {
    filter: {
      ...(!switchOf(req, 'include_pending') && { open: false }),
      ...(createdAt && { createdAt }),
      ...(rating && { rating }),
      ...(tagged !== undefined && { isTagged: tagged }),
      ...(comment !== undefined && { hasFeedback: comment }),
      tags: tagsOf(req),
    },
    visitorId: shortText(req, 'visitor_id'),
    agent: shortText(req, 'agent'),
    group: groups?.[0],
    goal: goalOf(req),
    hasGoal: switchOf(req, 'has_goal'),
    text: shortText(req, 'query'),
  };
}

function shortText(req: Request, name: string): string | undefined {
  const text = queryText(req, name);
  if (text !== undefined && text.length > maxLengths.searchTerm) throw invalid(`${name} is too long`);
  return text;
}

function goalOf(req: Request): number | undefined {
  const text = queryText(req, 'goal');
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw invalid('goal must be the number of a goal');
  return Number(text);
}

const ratings = { rated: 'any', not_rated: 'none', rated_good: 'good', rated_bad: 'bad' } as const;
const isRating = (text: string): text is keyof typeof ratings => Object.hasOwn(ratings, text);

function ratingOf(req: Request): RoomFilter['rating'] {
  const text = queryText(req, 'rate');
  if (text === undefined) return undefined;
  if (!isRating(text)) throw invalid(`rate must be one of ${Object.keys(ratings).join(', ')}`);
  return ratings[text];
}

const mostTags = 100;

function tagsOf(req: Request): readonly string[] {
  const given = req.query.tag ?? [];
  const texts: readonly unknown[] = typeof given === 'object' ? Object.values(given) : [given];
  const valid = texts.length <= mostTags && texts.every((text) => typeof text === 'string');
  if (!valid) throw invalid('tag must be a list of tags');
  return texts as readonly string[];
}

function periodOf(req: Request, settings: Settings): Period | undefined {
  const zone = queryText(req, 'timezone') ?? settings.get('Foyer_Timezone');
  if (!isTimeZone(zone)) throw invalid('timezone must be the name of a time zone');
  const dayOf = (name: string) => {
    const text = queryText(req, name);
    const day = text === undefined ? undefined : dayIn(zone, text);
    if (day === null) throw invalid(`${name} must be a day: YYYY-MM-DD`);
    return day;
  };
  const [from, to] = [dayOf('date_from'), dayOf('date_to')];
  if (!from && !to) return undefined;
  return { ...(from && { start: from.start }), ...(to && { end: to.end }) };
}

export type ChatFilterDeps = Pick<
  Dependencies,
  'access' | 'messages' | 'publicIds' | 'reachedGoals' | 'roomSearch' | 'users' | 'visitorRecords'
>;

/** So many chats in which goals were reached are found: the newest. */
const mostWithGoals = 10_000;
/** In so many of the newest chats, a text is looked for. */
const mostSearched = 1_000;

/** Looks up what the client names. Null if no chat can pass. */
export async function findChatFilter(
  deps: ChatFilterDeps,
  user: User,
  { filter, visitorId, agent, group, goal, hasGoal, text }: ChatQuery,
  signal: AbortSignal,
): Promise<RoomFilter | null> {
  const narrowed: { -readonly [Key in keyof RoomFilter]: RoomFilter[Key] } = { ...filter };
  const agentId = agent === undefined ? undefined : await agentWith(deps, agent);
  const seesAll = deps.access.hasPermission(user, 'view-livechat-rooms');
  if (agentId === null || (!seesAll && agentId !== undefined && agentId !== user._id)) return null;
  if (agentId !== undefined || !seesAll) narrowed.agents = [agentId ?? user._id];
  if (visitorId !== undefined) {
    const record = await deps.visitorRecords.find({ by: 'liveChatId', value: visitorId });
    if (record?.visitorId === undefined) return null;
    narrowed.visitorId = record.visitorId;
  }
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

/** An agent, by their address or user name; null if there is none. */
async function agentWith({ users }: ChatFilterDeps, login: string): Promise<string | null> {
  const found = (await users.findWithCredentials({ email: login })) ?? (await users.findByUsername(login));
  return found?._id ?? null;
}

/** Chats whose visitor's name, in any case, or whose messages contain a text. */
async function withText(
  { messages, roomSearch }: ChatFilterDeps,
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
