import type { User } from '../../domain/accounts/user.ts';
import type { Dependencies } from '../../domain/dependencies.ts';
import {
  listPaths,
  type PresentVisitor,
  type PresentVisitorsDeps,
} from '../../domain/visits/present-visitors.ts';
import type { ViewedPage } from '../../domain/visits/visit.ts';
import { loginOf } from './login-of.ts';
import { surveyAnswers } from './survey-answers.ts';
import { type AccountTimes, accountTimes } from './times.ts';

export type PresentDeps = PresentVisitorsDeps & Pick<Dependencies, 'publicIds' | 'settings' | 'users'>;

/** What is looked up for all visitors of a list at once. */
interface Lookups {
  readonly times: AccountTimes;
  readonly chatCodes: ReadonlyMap<string, string>;
  readonly groupNumbers: ReadonlyMap<string, number>;
  readonly agents: ReadonlyMap<string, User>;
  readonly paths: ReadonlyMap<string, readonly ViewedPage[]>;
}

/** Visitors in the form that LiveChat's API has had since 2017, which contains the one of 2013. */
export async function presentVisitors(
  deps: PresentDeps,
  present: readonly PresentVisitor[],
): Promise<object[]> {
  const lookups = await lookUp(deps, present);
  return present.map((each) => presentVisitor(each, lookups));
}

const openRoom = ({ chats }: PresentVisitor) => (chats?.last.isOpen ? chats.last : undefined);

async function lookUp(deps: PresentDeps, present: readonly PresentVisitor[]): Promise<Lookups> {
  const { publicIds, settings, users } = deps;
  const rooms = present.flatMap((each) => openRoom(each) ?? []);
  const departmentIds = [...new Set(present.flatMap(({ departmentId }) => departmentId ?? []))];
  const agentIds = [...new Set(rooms.flatMap(({ servedBy }) => servedBy?._id ?? []))];
  const [chats, groups, agents, paths] = await Promise.all([
    publicIds.give(
      'chat',
      rooms.map(({ roomId: id, openedAt: createdAt }) => ({ id, createdAt })),
    ),
    publicIds.give(
      'group',
      departmentIds.map((id) => ({ id })),
    ),
    users.listByIds(agentIds),
    listPaths(deps, present),
  ]);
  return {
    times: accountTimes(settings),
    chatCodes: new Map([...chats].map(([id, { code }]) => [id, code])),
    groupNumbers: new Map([...groups].map(([id, { number }]) => [id, number])),
    agents: new Map(agents.map((agent) => [agent._id, agent])),
    paths,
  };
}

function presentVisitor(present: PresentVisitor, lookups: Lookups): object {
  const { record, visit, state, visitor, chats, departmentId } = present;
  const { device, place } = visit;
  return {
    id: record.liveChatId,
    state,
    group: lookups.groupNumbers.get(departmentId ?? '') ?? 0,
    name: visitor?.name ?? 'Visitor',
    ip: device.ip,
    host: device.host,
    browser: device.userAgent,
    country: place.country,
    country_code: place.countryCode,
    region: place.region,
    city: place.city,
    latitude: place.latitude,
    longitude: place.longitude,
    timezone: place.timezone || device.timezone,
    language: device.language || 'en',
    referrer: visit.referrer,
    ...pages(present, lookups),
    visits: record.visits,
    page_views: record.pageViews,
    chats: chats?.chats ?? 0,
    ...chat(present, lookups),
    ...(record.customVariables.length > 0 && { custom_variables: record.customVariables }),
    invitation: state === 'invited' ? (visit.greeting?.name ?? '') : '',
    greetings_all: record.greetingsShown,
    greetings_accepted: record.greetingsAccepted,
    greetings_refused: record.greetingsRefused,
  };
}

/** Where the visitor is, and since when; the visit before this one, or else this one. */
function pages({ record, visit }: PresentVisitor, { times, paths }: Lookups): object {
  const opened = visit.page?.openedAt ?? visit.startedAt;
  const last = record.previousVisitAt ?? visit.startedAt;
  const url = visit.page?.url ?? '';
  return {
    page_current: url,
    page_address: url,
    page_title: visit.page?.title ?? '',
    page_entered: times.text(visit.startedAt),
    page_entered_ts: times.seconds(visit.startedAt),
    page_time: times.text(opened),
    page_time_ts: times.seconds(opened),
    last_visit: times.text(last),
    last_visit_ts: times.seconds(last),
    visit_path: (paths.get(visit._id) ?? []).map(({ url: page, title, greeting, openedAt }) => ({
      page,
      title,
      invitation: greeting,
      time: times.text(openedAt),
      time_ts: times.seconds(openedAt),
      time_ref: times.seconds(openedAt),
    })),
  };
}

/** The chat that is open. Without an agent, there is one agent of empty texts, as in LiveChat. */
function chat(present: PresentVisitor, { times, chatCodes, agents }: Lookups): object {
  const { state, visitor } = present;
  const room = openRoom(present);
  const { servedBy } = room ?? {};
  const startedAt = servedBy ? (servedBy.ts ?? room?.openedAt) : undefined;
  const user = servedBy && { ...servedBy, ...agents.get(servedBy._id) };
  const agent = {
    id: user ? loginOf(user) : '',
    display_name: user?.name ?? user?.username ?? '',
  };
  const code = servedBy && room ? (chatCodes.get(room.roomId) ?? '') : '';
  return {
    chat_id: code,
    chat_start_time: startedAt ? times.text(startedAt) : '',
    ...(startedAt && { chat_start_time_ts: times.seconds(startedAt) }),
    queue_start_time: state === 'queued' && room ? times.text(room.queuedAt) : '',
    operators: [agent],
    prechat_survey:
      state === 'chatting'
        ? surveyAnswers(visitor).map(({ label: key, answer: value }) => ({ key, value }))
        : [],
    ...(startedAt && {
      chat: {
        id: code,
        chat_room: room?.roomId,
        start_time: times.text(startedAt),
        agents: [agent],
      },
    }),
  };
}
