import type { Clock } from '../clock.ts';
import type { ChatSummaries, ChatSummary } from '../rooms/chat-summary.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';
import type { PublicIdStore } from './public-ids.ts';
import type { ViewedPage, Visit } from './visit.ts';
import { type VisitState, visitStateOf } from './visit-state.ts';
import type { VisitorRecord, VisitorRecords } from './visitor-record.ts';

/** No list of those who are present is longer: it is built in memory. The latest arrivals are left out. */
export const mostPresent = 20_000;
/** Anybody can make groups up, so no more than these are looked up. */
const mostGroups = 200;

/** Somebody who is on the site now. */
export interface PresentVisitor {
  readonly record: VisitorRecord;
  readonly visit: Visit;
  readonly state: VisitState;
  /** Rocket.Chat's document, once they are registered. */
  readonly visitor: Visitor | undefined;
  /** Absent if they never had a room. */
  readonly chats: ChatSummary | undefined;
  /** The department of the open room, or else the visitor's own, or else that of the page; a document's `_id`. */
  readonly departmentId: string | undefined;
}

/** Which of those who are present; a filter that is absent lets everyone through. */
export interface PresenceFilter {
  readonly state?: VisitState | undefined;
  /** The `_id`s of departments; `null` stands for no department. */
  readonly departmentIds?: readonly (string | null)[] | undefined;
}

export interface PresentVisitorsDeps {
  readonly chatSummaries: ChatSummaries;
  readonly clock: Clock;
  readonly publicIds: Pick<PublicIdStore, 'findByNumber'>;
  readonly visitorRecords: VisitorRecords;
  readonly visitors: VisitorStore;
}

/** Those who are on the site now, in the order in which their visits began. */
export async function listPresent(
  deps: PresentVisitorsDeps,
  filter: PresenceFilter,
): Promise<PresentVisitor[]> {
  const records = await deps.visitorRecords.listPresent(deps.clock(), mostPresent);
  return (await describePresent(deps, records)).filter((present) => matches(present, filter));
}

/** What else is to be said of those who are on the site, in their order. */
export async function describePresent(
  deps: Pick<PresentVisitorsDeps, 'chatSummaries' | 'publicIds' | 'visitors'>,
  records: readonly VisitorRecord[],
): Promise<PresentVisitor[]> {
  const visitorIds = records.flatMap(({ visitorId }) => visitorId ?? []);
  const [departmentOf, visitors, chats] = await Promise.all([
    departmentsOfGroups(deps, records),
    deps.visitors.listEnabledByIds(visitorIds),
    deps.chatSummaries.listByVisitors(visitorIds),
  ]);
  const byId = new Map(visitors.map((visitor) => [visitor._id, visitor]));
  return records.flatMap((record) => {
    const { visit, visitorId = '', group } = record;
    if (visit === undefined) return [];
    return presentVisitor(record, visit, {
      visitor: byId.get(visitorId),
      chats: chats.get(visitorId),
      departmentOfPage: departmentOf.get(group),
    });
  });
}

/** The departments of the groups that pages belong to: a few, however many visitors there are. */
async function departmentsOfGroups(
  { publicIds }: Pick<PresentVisitorsDeps, 'publicIds'>,
  records: readonly VisitorRecord[],
): Promise<ReadonlyMap<number | undefined, string>> {
  const groups = [...new Set(records.flatMap(({ group }) => group || []))].slice(0, mostGroups);
  const found = await Promise.all(
    groups.map(async (group) => [group, await publicIds.findByNumber('group', group)] as const),
  );
  return new Map(found.flatMap(([group, id]) => (id === null ? [] : [[group, id] as const])));
}

/** How many are on the site now. */
export const countPresent = async (deps: PresentVisitorsDeps, filter: PresenceFilter): Promise<number> =>
  (await listPresent(deps, filter)).length;

/** The pages that those who are present looked at during this visit, by `_id` of the visit, the first page first. */
export const listPaths = (
  { visitorRecords }: PresentVisitorsDeps,
  present: readonly PresentVisitor[],
): Promise<ReadonlyMap<string, readonly ViewedPage[]>> =>
  visitorRecords.listPaths(present.map(({ record }) => record));

interface Surroundings extends Pick<PresentVisitor, 'visitor' | 'chats'> {
  readonly departmentOfPage: string | undefined;
}

function presentVisitor(
  record: VisitorRecord,
  visit: Visit,
  { visitor, chats, departmentOfPage }: Surroundings,
): PresentVisitor {
  const isRegistered = visitor !== undefined;
  const room = chats?.last;
  const departmentId =
    (room?.isOpen ? room.departmentId : undefined) ?? visitor?.department ?? departmentOfPage;
  return {
    record,
    visit,
    state: visitStateOf({ visit, isRegistered, room }),
    visitor,
    chats,
    departmentId,
  };
}

/** Whether somebody who is on the site passes the filter. */
export const matches = ({ state, departmentId }: PresentVisitor, filter: PresenceFilter): boolean =>
  (filter.state === undefined || filter.state === state) &&
  (filter.departmentIds === undefined || filter.departmentIds.includes(departmentId ?? null));
