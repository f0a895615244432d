import type { Dependencies } from '../../domain/dependencies.ts';
import { linkToFile } from '../../domain/messages/link-to-file.ts';
import type { MessageFile } from '../../domain/messages/message.ts';
import { ratingOf } from '../../domain/rooms/rating.ts';
import type { Room } from '../../domain/rooms/room.ts';
import { waitOf } from '../../domain/rooms/room-metrics.ts';
import type { GoalOrder, ReachedGoal } from '../../domain/visitor-details/reached-goal.ts';
import { reachOf } from '../../domain/visitors/visitor.ts';
import { type ChatFacts, type ChatFactsDeps, chatFactsOf, messageFacts } from './chat-facts.ts';
import { surveyAnswers } from './survey-answers.ts';
import { type AccountTimes, accountTimes } from './times.ts';

/** What is the same for all chats. */
interface Account {
  readonly times: AccountTimes;
  readonly timezone: string;
  readonly rootUrl: string;
}

export type PresentChatsDeps = ChatFactsDeps & Pick<Dependencies, 'reachedGoals' | 'rootUrl' | 'settings'>;

/** Rooms as LiveChat's archives show chats, in their order. */
export async function presentChats(
  deps: PresentChatsDeps,
  rooms: readonly Room[],
  signal: AbortSignal,
): Promise<object[]> {
  const facts = await chatFactsOf(deps, rooms, signal);
  const goals = await deps.reachedGoals.listByRooms(rooms.map(({ _id }) => _id));
  const account: Account = {
    times: accountTimes(deps.settings),
    timezone: deps.settings.get('Foyer_Timezone'),
    rootUrl: deps.rootUrl(),
  };
  return facts.map((each) => ({
    ...presentChat(each, account),
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

function presentChat(facts: ChatFacts, account: Account): object {
  const { room, code, group, agent, visitor, record, messages } = facts;
  const { times, timezone, rootUrl } = account;
  const startedAt = room.ts ?? new Date(0);
  const endedAt = room.closedAt ?? startedAt;
  const wait = waitOf(room);
  const variables = record?.customVariables ?? [];
  const said = messages.map((message) => ({
    told: { ...messageFacts(facts, message), date: times.longText(message.ts) },
    file: message.file,
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
    messages: said.map(({ told }) => told),
    events: [...said.map(({ told, file }) => eventOf(told, file, rootUrl)), ...endOf(facts, times)],
    prechat_survey: surveyAnswers(visitor).map(({ id, label: key, answer: value }) => ({ key, value, id })),
    postchat_survey: [],
    ended: room.closedAt ? times.longText(room.closedAt) : '',
    ended_timestamp: room.closedAt ? times.seconds(room.closedAt) : 0,
  };
}

/** A message or, if it has a file, an attachment. */
function eventOf(
  told: { readonly author_name: string },
  file: MessageFile | undefined,
  rootUrl: string,
): object {
  if (!file) return { ...told, type: 'message' };
  const text = `${told.author_name} uploaded the attachment.`;
  return { ...told, text, type: 'attachment', files: [`${rootUrl}${linkToFile(file)}`] };
}

/** The end of a chat that has ended. */
function endOf({ room, agent, visitor }: ChatFacts, times: AccountTimes): object[] {
  const { closedAt, closer, closedBy } = room;
  if (!closedAt) return [];
  const isVisitors = closer === 'visitor';
  const name = isVisitors ? (visitor?.name ?? 'Visitor') : (closedBy?.username ?? agent?.name ?? '');
  return [
    {
      user_type: isVisitors ? 'visitor' : 'agent',
      text: `${name} closed the chat.`,
      date: times.longText(closedAt),
      timestamp: times.seconds(closedAt),
      type: 'event',
    },
  ];
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
