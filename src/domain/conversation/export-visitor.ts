import type { Ban, BanStore } from '../bans/ban.ts';
import type { Clock } from '../clock.ts';
import type { Contact, ContactStore } from '../contacts/contact.ts';
import type { Message, MessageStore } from '../messages/message.ts';
import type { OfflineMessage, OfflineMessageStore } from '../offline-messages/offline-message.ts';
import { type Batches, mapEach } from '../paging.ts';
import type { Room } from '../rooms/room.ts';
import type { RoomSearch } from '../rooms/room-search.ts';
import { messageWithoutToken, roomWithoutToken } from '../rooms/visitor-tokens.ts';
import type { ReachedGoal, ReachedGoalStore } from '../visitor-details/reached-goal.ts';
import type { DetailSet, DetailSetStore } from '../visitor-details/visitor-details.ts';
import { withoutToken } from '../visitors/get-visitor.ts';
import type { IdentityStore } from '../visitors/identity.ts';
import type { Visitor } from '../visitors/visitor.ts';
import { emailsOf } from '../visitors/visitor-search.ts';
import { getKnownVisitor, type KnownVisitorsDeps } from '../visits/known-visitors.ts';
import type { ViewedPage, Visit } from '../visits/visit.ts';
import type { VisitorRecord } from '../visits/visitor-record.ts';

/** Everything that is known of one person, except for their tokens, which are keys and not knowledge. */
export interface ExportedVisitor {
  readonly exportedAt: Date;
  readonly record: Omit<VisitorRecord, 'tokens' | 'visit'>;
  /** Rocket.Chat's document; null if they never registered. */
  readonly visitor: Omit<Visitor, 'token'> | null;
  /** Whether the site has said who they are. */
  readonly isIdentified: boolean;
  readonly contacts: readonly Contact[];
  /** Those that name the visitor or one of their addresses. */
  readonly bans: readonly Ban[];
  readonly details: readonly Omit<DetailSet, 'recordId'>[];
  readonly goals: readonly Omit<ReachedGoal, 'recordId'>[];
  readonly visits: Batches<Visit>;
  readonly pages: Batches<Omit<ViewedPage, 'token'>>;
  readonly offlineMessages: Batches<OfflineMessage>;
  readonly rooms: Batches<Room>;
  readonly messages: Batches<Message>;
  /** Page views in Rocket.Chat's history that belong to no room. */
  readonly pageViews: Batches<Message>;
}

export interface ExportVisitorDeps extends KnownVisitorsDeps {
  readonly bans: BanStore;
  readonly clock: Clock;
  readonly contacts: ContactStore;
  readonly detailSets: DetailSetStore;
  readonly identities: IdentityStore;
  readonly messages: MessageStore;
  readonly offlineMessages: OfflineMessageStore;
  readonly reachedGoals: ReachedGoalStore;
  readonly roomSearch: RoomSearch;
}

/**
 * Gathers what is known of a visitor, by their `_id`; long lists are read as they are consumed.
 * @param signal aborts when nobody is waiting for it any more.
 * @throws {AppError} `visitor-not-found`
 */
export async function exportVisitor(
  deps: ExportVisitorDeps,
  id: string,
  signal: AbortSignal,
): Promise<ExportedVisitor> {
  const { record, visitor } = await getKnownVisitor(deps, { by: 'id', value: id });
  const { tokens, visit: _, ...known } = record;
  const { visitorId = '' } = record;
  const emails = (visitor ? emailsOf(visitor) : []).map((address) => address.toLowerCase());
  const records = [record, ...(await deps.visitorRecords.listMerged(record))];
  const banned = new Set([record.id, ...records.map(({ recordId }) => recordId), ...emails]);
  const ofEach = async <T>(list: (recordId: string) => Promise<readonly T[]>): Promise<T[]> =>
    (await Promise.all(records.map(({ recordId }) => list(recordId)))).flat();
  const [contacts, details, goals, isIdentified, bans] = await Promise.all([
    deps.contacts.listByVisitor(visitorId),
    ofEach(deps.detailSets.list),
    ofEach(deps.reachedGoals.listByVisitor),
    deps.identities.isPerson(visitorId),
    deps.bans.list(),
  ]);
  return {
    exportedAt: deps.clock(),
    record: known,
    visitor: visitor ? withoutToken(visitor) : null,
    isIdentified,
    contacts,
    bans: bans.filter(({ kind, value }) => kind !== 'address' && banned.has(value)),
    details: details.map(({ recordId: _, ...set }) => set),
    goals: goals.map(({ recordId: _, ...reached }) => reached),
    visits: deps.visitorRecords.readVisits(record, signal),
    pages: mapEach(deps.visitorRecords.readPages(tokens, signal), withoutToken),
    offlineMessages: readOfflineMessages(deps, records, signal),
    rooms: mapEach(readRooms(deps, visitorId, signal), roomWithoutToken),
    messages: mapEach(readMessages(deps, visitorId, signal), messageWithoutToken),
    pageViews: mapEach(deps.messages.readPageViews(tokens, signal), messageWithoutToken),
  };
}

async function* readOfflineMessages(
  { offlineMessages }: ExportVisitorDeps,
  records: readonly Pick<VisitorRecord, 'number'>[],
  signal: AbortSignal,
): AsyncGenerator<readonly OfflineMessage[]> {
  for (const { number } of records) yield* offlineMessages.readByVisitor(number, signal);
}

async function* readRooms(
  { roomSearch }: ExportVisitorDeps,
  visitorId: string,
  signal: AbortSignal,
): AsyncGenerator<readonly Room[]> {
  const page = { count: 0, offset: 0, sort: { ts: -1 }, signal } as const;
  yield* (await roomSearch.listByVisitor({ visitorId, readable: 'all' }, page)).items;
}

async function* readMessages(
  deps: ExportVisitorDeps,
  visitorId: string,
  signal: AbortSignal,
): AsyncGenerator<readonly Message[]> {
  for await (const rooms of readRooms(deps, visitorId, signal))
    for (const { _id } of rooms) yield* deps.messages.readRoom(_id, signal);
}
