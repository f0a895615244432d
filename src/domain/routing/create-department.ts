import type { UserStore } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import type {
  Department,
  DepartmentAgent,
  DepartmentStore,
  GivenAgent,
  NewDepartment,
} from './department.ts';
import { refuseIncomplete } from './department-checks.ts';
import type { DepartmentReads } from './routing.ts';

export interface CreateDepartmentDeps {
  readonly departments: DepartmentStore;
  readonly routing: DepartmentReads;
  readonly users: UserStore;
  readonly ids: IdSource;
  readonly clock: Clock;
}

/**
 * Creates a department. Agents who do not exist are left out, as in Rocket.Chat.
 * @throws {AppError} `error-validating-department-chat-closing-tags` if conversations need tags to be closed and the
 *   department has none; `error-fallback-department-not-found`.
 */
export async function createDepartment(
  deps: CreateDepartmentDeps,
  given: NewDepartment,
  givenAgents: readonly GivenAgent[],
): Promise<{ department: Department; agents: DepartmentAgent[] }> {
  await refuseIncomplete(deps, given);
  const _id = deps.ids.hexId();
  const now = deps.clock();
  const byId = new Map(givenAgents.map((agent) => [agent.agentId, agent]));
  const agents: DepartmentAgent[] = [];
  for (const { agentId, count = 0, order = 0 } of byId.values()) {
    const user = await deps.users.findById(agentId);
    if (user?.username === undefined) continue;
    const link = { departmentId: _id, departmentEnabled: given.enabled, agentId, username: user.username };
    agents.push({ _id: deps.ids.hexId(), ...link, count, order, _updatedAt: now });
  }
  const department = { _id, ...given, numAgents: agents.length, _updatedAt: now };
  await deps.departments.create(department, agents);
  return { department, agents };
}
