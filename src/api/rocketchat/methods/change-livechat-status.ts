import { type SetAgentStatusDeps, setAgentStatus } from '../../../domain/routing/set-agent-status.ts';
import { userOf } from '../../../http/user-of.ts';
import { nullable, object, oneOf, optional, string } from '../validation/schema.ts';
import { method } from './method.ts';

const change = object({
  status: optional(oneOf('available', 'not-available')),
  agentId: optional(nullable(string('id'))),
});

/** `livechat:changeLivechatStatus`: sets or, without a status, toggles whether an agent accepts chats, as apps do. */
export const changeLivechatStatus = (deps: SetAgentStatusDeps) =>
  method({
    name: 'livechat:changeLivechatStatus',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    parameters: [change],
    handle: async ([{ status, agentId }], caller) => {
      await setAgentStatus(deps, userOf(caller), agentId || undefined, status);
    },
  });
