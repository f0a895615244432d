import type { User } from '../../../domain/accounts/user.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import type { Room } from '../../../domain/rooms/room.ts';
import { endpoint } from '../endpoint.ts';
import { forbidden } from '../errors.ts';
import { userOf } from '../user-of.ts';
import { readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { checkSort, readRoomFilter, roomsQuery } from '../validation/room-filter-params.ts';

type Deps = Pick<Dependencies, 'access' | 'rooms' | 'routing' | 'settings'>;

const accepted = params('legacy', { query: roomsQuery });

/** `GET livechat/rooms`: rooms by agent, department, state, time, tags, custom fields and name. */
export const livechatRooms = (deps: Deps) =>
  endpoint({
    operationId: 'livechat-rooms',
    method: 'get',
    path: '/livechat/rooms',
    access: { kind: 'user' },
    input: accepted,
    handle: async (query, caller) => {
      if (!mayList(deps, userOf(caller), query.agents ?? [])) throw forbidden();
      const page = readPage(query, { ts: -1 }, deps.settings);
      const filter = readRoomFilter(query);
      checkSort(page, filter);
      const { items, total } = await deps.rooms.list(filter, page);
      const rooms = await withDepartments(deps, items);
      return { rooms, count: items.length, offset: page.offset, total };
    },
  });

/** Agents list their own rooms, managers all. */
const mayList = ({ access }: Deps, user: User, agents: readonly string[]): boolean =>
  access.hasPermission(user, 'view-livechat-rooms') ||
  (access.hasPermission(user, 'view-l-room') && agents.length === 1 && agents[0] === user._id);

async function withDepartments({ routing }: Deps, rooms: readonly Room[]): Promise<object[]> {
  const ids = new Set(rooms.flatMap(({ departmentId = [] }) => departmentId));
  if (ids.size === 0) return [...rooms];
  const departments = await routing.listDepartments([...ids]);
  const nameOf = new Map(departments.map(({ _id, name }) => [_id, { _id, name }]));
  return rooms.map((room) => {
    const department = room.departmentId === undefined ? undefined : nameOf.get(room.departmentId);
    return department ? { ...room, department } : room;
  });
}
