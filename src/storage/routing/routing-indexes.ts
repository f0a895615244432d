import type { Index } from '../mongodb/index-definition.ts';

/** The indexes for agents and departments. */
export const routingIndexes: readonly Index[] = [
  {
    collection: 'users',
    name: 'foyer_available_agents',
    key: { statusLivechat: 1, roles: 1, livechatCount: 1, username: 1 },
    options: { sparse: true },
    serves: 'the next agent of all who are available',
  },
  {
    collection: 'rocketchat_livechat_department_agents',
    name: 'foyer_agents_of_department',
    key: { departmentId: 1, count: 1, order: 1, username: 1 },
    serves: 'the next agent of a department',
  },
  {
    collection: 'rocketchat_livechat_department_agents',
    name: 'foyer_departments_of_agent',
    key: { agentId: 1, departmentId: 1 },
    serves: 'the departments of an agent',
  },
  {
    collection: 'rocketchat_livechat_department',
    name: 'foyer_departments_by_name',
    key: { name: 1, enabled: 1 },
    serves: 'a department by its name',
  },
  {
    collection: 'rocketchat_livechat_department',
    name: 'foyer_staffed_departments',
    key: { enabled: 1, numAgents: 1 },
    serves: 'the departments that have agents',
  },
];
