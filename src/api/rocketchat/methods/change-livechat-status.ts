import {
  type AgentStatus,
  type SetAgentStatusDeps,
  setAgentStatus,
} from '../../../domain/routing/set-agent-status.ts';
import { userOf } from '../../../http/user-of.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';
import { MethodError, method } from './method.ts';

const change = object({
  status: optional(nullable(string('word'))),
  agentId: optional(nullable(string('id'))),
});

const name = 'livechat:changeLivechatStatus';

/** `livechat:changeLivechatStatus`: sets or, without a status, toggles whether an agent accepts chats, as apps do. */
export const changeLivechatStatus = (deps: SetAgentStatusDeps) =>
  method({
    name,
    access: { kind: 'user' },
    parameters: [change],
    handle: async ([{ status, agentId }], caller) => {
      await setAgentStatus(deps, userOf(caller), agentId || undefined, statusOf(status));
    },
  });

function statusOf(given: string | null | undefined): AgentStatus | undefined {
  if (!given) return undefined;
  if (given !== 'available' && given !== 'not-available')
    throw new MethodError('error-not-allowed', 'Invalid Status', { method: name });
  return given;
}
