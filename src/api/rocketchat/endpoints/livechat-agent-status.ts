import { isLivechatUser } from '../../../domain/accounts/roles.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { type SetAgentStatusDeps, setAgentStatus } from '../../../domain/routing/set-agent-status.ts';
import { endpoint } from '../endpoint.ts';
import { forbidden, notFound } from '../errors.ts';
import { userOf } from '../user-of.ts';
import { params } from '../validation/params.ts';
import { nullable, object, oneOf, optional, string } from '../validation/schema.ts';

const body = object({
  status: optional(oneOf('available', 'not-available')),
  agentId: optional(nullable(string())),
});

type Deps = SetAgentStatusDeps & Pick<Dependencies, 'users' | 'access'>;

const accepted = params('legacy', { body });

/** `POST livechat/agent.status`: whether an agent takes chats. */
export const livechatAgentStatus = (deps: Deps) =>
  endpoint({
    operationId: 'livechat-agent-status',
    method: 'post',
    path: '/livechat/agent.status',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ status, agentId }, caller) => {
      const user = userOf(caller);
      const agent = await deps.users.findById(agentId || user._id);
      if (!agent || !isLivechatUser(agent, 'agent')) throw notFound('Agent not found');
      if (agent._id !== user._id && !deps.access.hasPermission(user, 'manage-livechat-agents'))
        throw forbidden();
      return { status: await setAgentStatus(deps, agent, status) };
    },
  });
