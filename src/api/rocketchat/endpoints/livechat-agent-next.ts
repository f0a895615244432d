import { type GetRoomAgentDeps, takeNextAgent } from '../../../domain/conversation/get-room-agent.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

const path = object({ token: string('token') });
const query = object({ department: optional(nullable(string('id'))) });

const accepted = params('legacy', { path, query });

/** `GET livechat/agent.next/:token`: the agent who gets the visitor's next chat; nobody if there is an open one. */
export const livechatAgentNext = (deps: GetRoomAgentDeps) =>
  endpoint({
    operationId: 'livechat-agent-next',
    method: 'get',
    path: '/livechat/agent.next/:token',
    access: { kind: 'public' },
    // Each call counts as a chat for an agent.
    rateLimit: { calls: 5, perMs: 60_000 },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ token, department }) => {
      const agent = await takeNextAgent(deps, token, department || undefined);
      return agent === null ? {} : { agent };
    },
  });
