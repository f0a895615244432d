import type { User } from '../accounts/user.ts';
import type { OfflineMessage, OfflineMessageStore } from '../offline-messages/offline-message.ts';
import { collect } from '../paging.ts';
import type { Room } from '../rooms/room.ts';
import { type RoomAccessDeps, readableRoomsOf } from '../rooms/room-access.ts';
import type { RoomSearch } from '../rooms/room-search.ts';
import type { DetailSet, DetailSetStore } from '../visitor-details/visitor-details.ts';
import { getKnownVisitor, type KnownVisitorsDeps, type VisitorProfile } from '../visits/known-visitors.ts';
import type { ViewedPage } from '../visits/visit.ts';

/** One visitor with everything that belongs to them, the newest first. */
export interface WholeVisitor extends VisitorProfile {
  readonly pages: readonly ViewedPage[];
  /** Those of their rooms that the user may read. */
  readonly rooms: readonly Room[];
  readonly details: readonly DetailSet[];
  readonly offlineMessages: readonly OfflineMessage[];
}

export type ReadVisitorDeps = KnownVisitorsDeps &
  RoomAccessDeps & {
    readonly detailSets: DetailSetStore;
    readonly offlineMessages: OfflineMessageStore;
    readonly roomSearch: RoomSearch;
  };

/** How much is shown of what somebody may have very much of. */
const pagesShown = 200;
const roomsShown = 100;
const offlineMessagesShown = 100;

/**
 * A visitor, by their `_id`, as a user may see them.
 * @param signal aborts when nobody is waiting for it any more.
 * @throws {AppError} `visitor-not-found`
 */
export async function readVisitor(
  deps: ReadVisitorDeps,
  user: User,
  id: string,
  signal: AbortSignal,
): Promise<WholeVisitor> {
  const profile = await getKnownVisitor(deps, { by: 'id', value: id });
  const { record } = profile;
  const [pages, rooms, details, offlineMessages] = await Promise.all([
    deps.visitorRecords.listPages(record.tokens, pagesShown),
    record.visitorId === undefined ? [] : readableRooms(deps, user, record.visitorId, signal),
    deps.detailSets.list(record.recordId),
    deps.offlineMessages.listByVisitor(record.number, offlineMessagesShown),
  ]);
  return { ...profile, pages, rooms, details, offlineMessages };
}

async function readableRooms(
  deps: ReadVisitorDeps,
  user: User,
  visitorId: string,
  signal: AbortSignal,
): Promise<Room[]> {
  const readable = await readableRoomsOf(deps, user, visitorId);
  const page = { count: roomsShown, offset: 0, sort: { ts: -1 }, signal } as const;
  const { items } = await deps.roomSearch.listByVisitor({ visitorId, readable }, page);
  return collect(items);
}
