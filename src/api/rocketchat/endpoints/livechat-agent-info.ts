import { type GetRoomAgentDeps, getRoomAgent } from '../../../domain/conversation/get-room-agent.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('match', { path: object({ rid: string('id'), token: string('token') }) });

/** `GET livechat/agent.info/:rid/:token`: the agent who serves a visitor's room. */
export const livechatAgentInfo = (deps: GetRoomAgentDeps) =>
  endpoint({
    operationId: 'livechat-agent-info',
    method: 'get',
    path: '/livechat/agent.info/:rid/:token',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async (ownRoom) => ({ agent: await getRoomAgent(deps, ownRoom) }),
  });
