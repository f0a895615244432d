import type { User, UserStore } from '../accounts/user.ts';
import { AppError } from '../errors.ts';
import { inOneBatch, type PageOf, type PageRequest, pageLimit } from '../paging.ts';
import type { DepartmentReads, RoutingDepartment } from '../routing/routing.ts';
import type { RoomSearch, ServedFilter } from './room-search.ts';

export interface ListServedDeps {
  readonly roomSearch: RoomSearch;
  readonly routing: DepartmentReads;
  readonly users: UserStore;
}

/** How many chats an agent serves, in one department or in none. */
export interface ServedChats {
  readonly user: Pick<User, '_id' | 'username' | 'status'>;
  readonly department?: Pick<RoutingDepartment, '_id' | 'name'>;
  readonly chats: number;
}

/** What the list can be sorted by. */
const sortableBy: Readonly<Record<string, (item: ServedChats) => string | number>> = {
  chats: ({ chats }) => chats,
  'user._id': ({ user }) => user._id,
  'user.username': ({ user }) => user.username ?? '',
  'user.status': ({ user }) => user.status ?? '',
  'department._id': ({ department }) => department?._id ?? '',
  'department.name': ({ department }) => department?.name ?? '',
};

/**
 * How many open chats agents serve now, by agent and department.
 * @throws {AppError} `error-invalid-sort` for a field that the list does not have.
 */
export async function listServed(
  { roomSearch, routing, users }: ListServedDeps,
  { withOffline, ...filter }: ServedFilter & { readonly withOffline: boolean },
  { count, offset, sort, signal }: PageRequest,
): Promise<PageOf<ServedChats>> {
  const counts = await roomSearch.countServed(filter, signal);
  const [agents, departments] = await Promise.all([
    users.listByIds([...new Set(counts.map(({ agentId }) => agentId))]),
    routing.listDepartments([...new Set(counts.flatMap(({ departmentId }) => departmentId ?? []))]),
  ]);
  const agentOf = new Map(agents.map((agent) => [agent._id, agent]));
  const departmentOf = new Map(departments.map((department) => [department._id, department]));
  const served = counts.flatMap(({ agentId, departmentId, chats }): ServedChats[] => {
    const agent = agentOf.get(agentId);
    if (!agent || (!withOffline && (agent.status ?? 'offline') === 'offline')) return [];
    const department = departmentOf.get(departmentId ?? '');
    const { _id, username, status } = agent;
    return [
      {
        user: { _id, ...(username !== undefined && { username }), ...(status !== undefined && { status }) },
        ...(department && { department: { _id: department._id, name: department.name } }),
        chats,
      },
    ];
  });
  const ordered = served.sort(orderBy(sort));
  return { items: inOneBatch(ordered.slice(offset, offset + pageLimit(count))), total: served.length };
}

function orderBy(sort: PageRequest['sort']): (a: ServedChats, b: ServedChats) => number {
  const keys = Object.entries(sort).map(([field, way]) => {
    const value = Object.hasOwn(sortableBy, field) ? sortableBy[field] : undefined;
    if (!value) throw new AppError('error-invalid-sort', { reason: `There is nothing to sort by ${field}` });
    return (a: ServedChats, b: ServedChats) => {
      const [first, second] = [value(a), value(b)];
      return first === second ? 0 : first < second ? -way : way;
    };
  });
  return (a, b) => keys.map((key) => key(a, b)).find((result) => result !== 0) ?? 0;
}
