import { type SetAgentStatusDeps, setAgentStatus } from '../../../domain/routing/set-agent-status.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { nullable, object, oneOf, optional, string } from '../validation/schema.ts';

const body = object({
  status: optional(oneOf('available', 'not-available')),
  agentId: optional(nullable(string('id'))),
});

const accepted = params('legacy', { body });

/** `POST livechat/agent.status`: sets whether an agent accepts chats. */
export const livechatAgentStatus = (deps: SetAgentStatusDeps) =>
  endpoint({
    operationId: 'livechat-agent-status',
    method: 'post',
    path: '/livechat/agent.status',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ status, agentId }, caller) => ({
      status: await setAgentStatus(deps, userOf(caller), agentId || undefined, status),
    }),
  });
