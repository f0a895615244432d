import type { UserStore } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import type { Department, DepartmentAgent, DepartmentStore } from './department.ts';

export interface NewDepartment extends Omit<Department, '_id' | 'numAgents' | 'archived' | '_updatedAt'> {}

export interface NewDepartmentAgent {
  readonly agentId: string;
  readonly count?: number | undefined;
  readonly order?: number | undefined;
}

export interface CreateDepartmentDeps {
  readonly departments: DepartmentStore;
  readonly users: UserStore;
  readonly ids: IdSource;
  readonly clock: Clock;
}

/** Creates a department. Agents who do not exist are left out, as in Rocket.Chat. */
export async function createDepartment(
  deps: CreateDepartmentDeps,
  given: NewDepartment,
  givenAgents: readonly NewDepartmentAgent[],
): Promise<{ department: Department; agents: DepartmentAgent[] }> {
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
