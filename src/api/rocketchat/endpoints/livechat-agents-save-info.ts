import { type SaveAgentInfoDeps, saveAgentInfo } from '../../../domain/routing/save-agent-info.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import {
  anyOf,
  arrayOf,
  nullable,
  number,
  object,
  openObject,
  optional,
  string,
} from '../validation/schema.ts';

// Clients also send the agent's name and address, which would be shown to visitors if they were stored.
const agentData = openObject({
  maxNumberSimultaneousChat: optional(anyOf(nullable(number()), string('word'))),
});
const body = object({
  agentId: string('id'),
  agentData,
  agentDepartments: arrayOf(string('id')),
});

const accepted = params('typed', { body });

/** `POST livechat/agents.saveInfo`: saves what is said of an agent, and puts them into departments. */
export const livechatAgentsSaveInfo = (deps: SaveAgentInfoDeps) =>
  endpoint({
    operationId: 'livechat-agents-save-info',
    method: 'post',
    path: '/livechat/agents.saveInfo',
    access: { kind: 'all-of', permissions: ['manage-livechat-agents'] },
    input: accepted,
    handle: async ({ agentId, agentData, agentDepartments }) => {
      await saveAgentInfo(deps, agentId, { data: agentData, departmentIds: agentDepartments });
      return {};
    },
  });
