import type { AccessControl } from '../accounts/access.ts';
import { isLivechatUser } from '../accounts/roles.ts';
import { AppError } from '../errors.ts';
import { type ChangeDepartmentDeps, changeDepartmentAgents } from './change-department.ts';

export type SaveAgentInfoDeps = ChangeDepartmentDeps & { readonly access: AccessControl };

/** What a manager says of an agent. */
export interface AgentInfoDraft {
  /** Rocket.Chat's `livechat` of the user, which is replaced. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The departments in which the agent is to be, and no others; those that do not exist are left out. */
  readonly departmentIds: readonly string[];
}

/**
 * Saves what is said of an agent, and puts them into departments.
 * @throws {AppError} `error-user-is-not-agent`
 */
export async function saveAgentInfo(
  deps: SaveAgentInfoDeps,
  agentId: string,
  { data, departmentIds }: AgentInfoDraft,
): Promise<void> {
  const { access, clock, departments, users } = deps;
  const agent = await users.findById(agentId);
  if (!agent || !isLivechatUser(agent, 'agent')) throw new AppError('error-user-is-not-agent');
  await users.change(agentId, { set: { livechat: data } }, clock());
  access.forgetUser(agentId);
  const current = new Set((await departments.listOfAgent(agentId)).map(({ departmentId }) => departmentId));
  const wanted = new Set((await departments.listByIds(departmentIds)).map(({ _id }) => _id));
  for (const id of wanted) {
    if (!current.has(id)) await changeDepartmentAgents(deps, id, { add: [{ agentId }], remove: [] });
  }
  for (const id of current) {
    if (!wanted.has(id)) await departments.removeAgents(id, [agentId], clock());
  }
}
