import type { Dependencies } from '../../domain/dependencies.ts';
import type { DepartmentFilter } from '../../domain/routing/department.ts';
import type { Caller } from '../../http/endpoint.ts';
import { userOf } from '../../http/user-of.ts';
import { type ItemList, pageOfItems } from './envelope.ts';
import { pagingParams, readPage } from './validation/pagination.ts';
import { nullable, object, oneOf, optional, type Read, string } from './validation/schema.ts';

const flag = optional(nullable(string('word')));

/** The query that both lists of departments take. */
export const departmentListQuery = object({
  text: optional(nullable(string('searchTerm'))),
  onlyMyDepartments: optional(nullable(oneOf('true', 'false'))),
  enabled: flag,
  excludeDepartmentId: optional(nullable(string('id'))),
  showArchived: flag,
  ...pagingParams,
  // Accepted but not used, as in Rocket.Chat.
  query: optional(nullable(string('queryJson'))),
});

/** A page of the departments that the query describes, by name unless it says otherwise. */
export async function listDepartments(
  { departments, settings }: Pick<Dependencies, 'departments' | 'settings'>,
  query: Read<typeof departmentListQuery>,
  which: Pick<DepartmentFilter, 'enabledOnly' | 'archived'>,
  caller: Caller,
): Promise<ItemList> {
  const page = readPage(query, { name: 1 }, settings, caller);
  const filter = {
    ...which,
    text: query.text ?? undefined,
    agentId: query.onlyMyDepartments === 'true' ? userOf(caller)._id : undefined,
    exceptIds: query.excludeDepartmentId ? [query.excludeDepartmentId] : [],
  };
  return pageOfItems('departments', await departments.list(filter, page), page);
}
