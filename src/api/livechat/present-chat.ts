import type { Dependencies } from '../../domain/dependencies.ts';
import { ratingOf } from '../../domain/rooms/rating.ts';
import type { Room } from '../../domain/rooms/room.ts';
import { waitOf } from '../../domain/rooms/room-metrics.ts';
import type { GoalOrder, ReachedGoal } from '../../domain/visitor-details/reached-goal.ts';
import { reachOf } from '../../domain/visitors/visitor.ts';
import { type ChatFacts, type ChatFactsDeps, chatFactsOf, messageFacts } from './chat-facts.ts';
import { type AccountTimes, accountTimes } from './times.ts';

export type PresentChatsDeps = ChatFactsDeps & Pick<Dependencies, 'reachedGoals' | 'settings'>;

/** Rooms as LiveChat's archives show chats, in their order. */
export async function presentChats(
  deps: PresentChatsDeps,
  rooms: readonly Room[],
  signal: AbortSignal,
): Promise<object[]> {
  const facts = await chatFactsOf(deps, rooms, signal);
  const goals = await deps.reachedGoals.listByRooms(rooms.map(({ _id }) => _id));
  const times = accountTimes(deps.settings);
  const timezone = deps.settings.get('Foyer_Timezone');
  return facts.map((each) => ({
    ...presentChat(each, times, timezone),
    ...presentGoals(goals.filter(({ roomId }) => roomId === each.room._id)),
  }));
}

/** The goals that were reached in a chat, if any; what the site calls them is not known. */
const presentGoals = (goals: readonly ReachedGoal[]): object =>
  goals.length === 0
    ? {}
    : { goals: goals.map(({ goal, order }) => ({ id: goal, name: '', order: withoutBlanks(order) })) };

const withoutBlanks = (order: GoalOrder): object =>
  Object.fromEntries(Object.entries(order).filter(([, text]) => text !== ''));

/** LiveChat's word for how the visitor rated the chat; it has none for neither well nor badly but its filter's. */
function rateOf(room: Room): string {
  const rating = ratingOf(room);
  if (rating === undefined) return 'not_rated';
  return rating === 'neutral' ? 'rated' : `rated_${rating}`;
}

function presentChat(facts: ChatFacts, times: AccountTimes, timezone: string): object {
  const { room, code, group, agent, visitor, record, messages } = facts;
  const startedAt = room.ts ?? new Date(0);
  const endedAt = room.closedAt ?? startedAt;
  const wait = waitOf(room);
  const variables = record?.customVariables ?? [];
  const said = messages.map((message) => ({
    ...messageFacts(facts, message),
    date: times.longText(message.ts),
  }));
  return {
    type: 'chat',
    id: code,
    tickets: [],
    visitor_name: visitor?.name ?? room.v?.name ?? 'Visitor',
    visitor_id: record?.liveChatId ?? '',
    visitor_ip: record?.visit?.device.ip ?? '',
    visitor: presentVisitor(facts),
    agents: agent ? [{ display_name: agent.name, email: agent.login, ip: '' }] : [],
    supervisors: [],
    rate: rateOf(room),
    duration: times.seconds(endedAt) - times.seconds(startedAt),
    chat_start_url: record?.visit?.landingPage ?? '',
    referrer: record?.visit?.referrer ?? '',
    group: [group],
    started: times.longText(startedAt),
    started_timestamp: times.seconds(startedAt),
    pending: room.open === true,
    tags: room.tags ?? [],
    timezone,
    ...(wait !== undefined && { queue: { duration: wait } }),
    ...(variables.length > 0 && { custom_variables: variables }),
    messages: said,
    events: said.map((message) => ({ ...message, type: 'message' })),
    prechat_survey: [],
    postchat_survey: [],
    ended: room.closedAt ? times.longText(room.closedAt) : '',
    ended_timestamp: room.closedAt ? times.seconds(room.closedAt) : 0,
  };
}

function presentVisitor({ visitor, record }: ChatFacts): object {
  const { device, place } = record?.visit ?? {};
  return {
    id: record?.liveChatId ?? '',
    name: visitor?.name ?? 'Visitor',
    email: reachOf(visitor).email,
    ip: device?.ip ?? '',
    city: place?.city ?? '',
    region: place?.region ?? '',
    country: place?.country ?? '',
    country_code: place?.countryCode ?? '',
    timezone: place?.timezone || (device?.timezone ?? ''),
  };
}
