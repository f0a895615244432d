import type { ChatSummaries, ChatSummary } from '../rooms/chat-summary.ts';
import type { Visitor, VisitorStore } from '../visitors/visitor.ts';
import { getVisitorRecord } from './get-visitor-record.ts';
import type { VisitorReference } from './public-ids.ts';
import type { Visit } from './visit.ts';
import type { VisitorRecord, VisitorRecords } from './visitor-record.ts';

/** Somebody who was on the site, registered or not. */
export interface KnownVisitor {
  readonly record: VisitorRecord;
  /** Rocket.Chat's document, once they are registered. */
  readonly visitor: Visitor | undefined;
}

/** Everything that is shown of one visitor. */
export interface VisitorProfile extends KnownVisitor {
  /** As far as visits are kept, the newest first. */
  readonly visits: readonly Visit[];
  /** Absent if they never had a room. */
  readonly chats: ChatSummary | undefined;
}

export interface KnownVisitorsDeps {
  readonly chatSummaries: ChatSummaries;
  readonly visitorRecords: VisitorRecords;
  readonly visitors: VisitorStore;
}

/** How many of a visitor's visits a profile shows. */
const visitsShown = 200;

/** Everyone who was ever on the site, the latest arrivals first. */
export async function listByFirstVisit(
  { visitorRecords, visitors }: KnownVisitorsDeps,
  { offset, count }: { readonly offset: number; readonly count: number },
): Promise<KnownVisitor[]> {
  const records = await visitorRecords.listNewestFirst(offset, count);
  const found = await visitors.listEnabledByIds(records.flatMap(({ visitorId }) => visitorId ?? []));
  const byId = new Map(found.map((visitor) => [visitor._id, visitor]));
  return records.map((record) => ({ record, visitor: byId.get(record.visitorId ?? '') }));
}

/**
 * One visitor, by any of their public ids, as {@link getVisitorRecord} finds them.
 * @throws {AppError} `visitor-not-found`
 */
export async function getKnownVisitor(
  deps: KnownVisitorsDeps,
  reference: VisitorReference,
): Promise<VisitorProfile> {
  const { visitorRecords, visitors, chatSummaries } = deps;
  const record = await getVisitorRecord(deps, reference);
  const visitorIds = record.visitorId === undefined ? [] : [record.visitorId];
  const [visits, [visitor], chats] = await Promise.all([
    visitorRecords.listVisits(record, visitsShown),
    visitors.listEnabledByIds(visitorIds),
    chatSummaries.listByVisitors(visitorIds),
  ]);
  return { record, visitor, visits, chats: chats.get(record.visitorId ?? '') };
}
