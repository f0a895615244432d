import type { UserStore } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type {
  Department,
  DepartmentAgent,
  DepartmentStore,
  GivenAgent,
  NewDepartment,
} from './department.ts';
import { departmentNotFound, refuseIncomplete } from './department-checks.ts';
import type { DepartmentReads } from './routing.ts';

export interface ChangeDepartmentDeps {
  readonly clock: Clock;
  readonly departments: DepartmentStore;
  readonly routing: DepartmentReads;
  readonly users: UserStore;
}

/**
 * Changes a department, and adds agents to it if some are given; nobody leaves it.
 * @throws {AppError} `error-department-not-found`; `error-archived-department-cant-be-enabled`;
 *   `error-fallback-department-circular` if it would fall back to itself; those of an incomplete department.
 */
export async function changeDepartment(
  deps: ChangeDepartmentDeps,
  id: string,
  given: NewDepartment,
  agents: readonly GivenAgent[],
): Promise<{ department: Department; agents: DepartmentAgent[] }> {
  const { clock, departments } = deps;
  await refuseIncomplete(deps, given);
  if (given.fallbackForwardDepartment === id) {
    const reason = 'Cannot save department. Circular reference between fallback department and department';
    throw new AppError('error-fallback-department-circular', { reason });
  }
  const changed = await departments.change(id, given, clock());
  if (changed === null) throw await refusalOf(deps, id);
  await addAgents(deps, changed, agents);
  return {
    department: (await departments.findById(id)) ?? changed,
    agents: await departments.listAgents(id),
  };
}

async function refusalOf({ departments }: ChangeDepartmentDeps, id: string): Promise<AppError> {
  if ((await departments.findById(id)) === null) return departmentNotFound();
  const reason = 'Archived departments cant be enabled';
  return new AppError('error-archived-department-cant-be-enabled', { reason });
}

/**
 * Adds agents to a department, and takes others out of it. Agents who do not exist are left out, as in Rocket.Chat.
 * @throws {AppError} `error-department-not-found`
 */
export async function changeDepartmentAgents(
  deps: ChangeDepartmentDeps,
  id: string,
  { add, remove }: { readonly add: readonly GivenAgent[]; readonly remove: readonly string[] },
): Promise<void> {
  const { clock, departments } = deps;
  const department = await departments.findById(id);
  if (department === null) throw departmentNotFound();
  await departments.removeAgents(id, remove, clock());
  await addAgents(deps, department, add);
}

async function addAgents(
  { clock, departments, users }: ChangeDepartmentDeps,
  { _id, enabled }: Department,
  agents: readonly GivenAgent[],
): Promise<void> {
  if (agents.length === 0) return;
  const found = await users.listByIds(agents.map(({ agentId }) => agentId));
  const usernameOf = new Map(found.map((user) => [user._id, user.username]));
  const named = agents.flatMap(({ agentId, count, order }) => {
    const username = usernameOf.get(agentId);
    return username === undefined ? [] : [{ agentId, username, count, order }];
  });
  await departments.addAgents(_id, enabled, named, clock());
}
