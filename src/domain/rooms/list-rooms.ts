import type { User } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import { mapBatches, type PageOf, type PageRequest } from '../paging.ts';
import type { RoutingDepartment, RoutingStore } from '../routing/routing.ts';
import type { Room } from './room.ts';
import type { RoomFilter, RoomSearch } from './room-search.ts';
import { showRooms, type VisitorTokenDeps } from './visitor-tokens.ts';

export type ListRoomsDeps = VisitorTokenDeps & {
  readonly roomSearch: RoomSearch;
  readonly routing: RoutingStore;
};

/** A room with its department's name. */
export type ListedRoom = Room & { readonly department?: Pick<RoutingDepartment, '_id' | 'name'> };

/** A page of them; `isComplete` as of the rooms that were found. */
export interface ListedRooms extends PageOf<ListedRoom> {
  readonly isComplete: boolean;
}

/**
 * Rooms that match a filter: managers list all, agents their own.
 * @throws {AppError} `not-allowed`, or `error-invalid-sort` for an order that no index provides.
 */
export async function listRooms(
  deps: ListRoomsDeps,
  user: User,
  filter: RoomFilter,
  page: PageRequest,
): Promise<ListedRooms> {
  if (!mayList(deps, user, filter)) throw new AppError('not-allowed');
  checkSort(page, filter);
  const { items, ...found } = await deps.roomSearch.list(filter, page);
  const show = async (rooms: readonly Room[]) => withDepartments(deps, await showRooms(deps, user, rooms));
  return { ...found, items: mapBatches(items, show) };
}

const mayList = ({ access }: ListRoomsDeps, user: User, { agents = [] }: RoomFilter): boolean =>
  access.hasPermission(user, 'view-livechat-rooms') ||
  (access.hasPermission(user, 'view-l-room') && agents.length === 1 && agents[0] === user._id);

/** Fields by which an index provides the order, however many rooms there are. */
const indexedSorts = new Set(['ts', 'closedAt', 'fname']);

/**
 * Refuses orders that would require sorting all rooms; open rooms and those of some agents may be sorted in any
 * order.
 */
function checkSort({ sort }: PageRequest, { agents, open, queued }: RoomFilter): void {
  const fields = Object.keys(sort);
  // The order of secrets would give them away, one comparison at a time.
  if (fields.some((field) => /\b(token|navigation)\b/.test(field)))
    throw new AppError('error-invalid-sort', { reason: 'Rooms cannot be sorted by a token' });
  const indexed = fields.length === 1 && fields.every((field) => indexedSorts.has(field));
  if (indexed || agents || open || queued) return;
  const reason = `Without agents, open or queued, sort by one of ${[...indexedSorts].join(', ')}`;
  throw new AppError('error-invalid-sort', { reason });
}

async function withDepartments({ routing }: ListRoomsDeps, rooms: readonly Room[]): Promise<ListedRoom[]> {
  const ids = new Set(rooms.flatMap(({ departmentId = [] }) => departmentId));
  if (ids.size === 0) return [...rooms];
  const departments = await routing.listDepartments([...ids]);
  const nameOf = new Map(departments.map(({ _id, name }) => [_id, { _id, name }]));
  return rooms.map((room) => {
    const department = room.departmentId === undefined ? undefined : nameOf.get(room.departmentId);
    return department ? { ...room, department } : room;
  });
}
