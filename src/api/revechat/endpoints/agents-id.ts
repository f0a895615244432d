import type { UserStore } from '../../../domain/accounts/user.ts';
import type { PublicIdStore } from '../../../domain/visits/public-ids.ts';
import { endpoint } from '../endpoint.ts';
import { notFound } from '../errors.ts';
import { idOf } from '../params.ts';
import { agentItem } from '../present-agent.ts';

export interface AgentsIdDeps {
  readonly publicIds: PublicIdStore;
  readonly users: UserStore;
}

/** `GET agents/:id`: one agent. */
export const agentsId = ({ publicIds, users }: AgentsIdDeps) =>
  endpoint({
    operationId: 'revechat-agents-id',
    path: '/agents/:id',
    input: idOf('Agent Id'),
    handle: async (id) => {
      const number = Number(id);
      const userId = await publicIds.findByNumber('agent', number);
      const user = userId === null ? null : await users.findById(userId);
      if (user === null) throw notFound('Agent', id);
      return agentItem(user, number);
    },
  });
