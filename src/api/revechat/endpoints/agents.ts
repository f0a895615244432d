import type { User, UserStore } from '../../../domain/accounts/user.ts';
import { collect } from '../../../domain/paging.ts';
import type { Settings } from '../../../domain/settings/settings.ts';
import type { PublicIdStore } from '../../../domain/visits/public-ids.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOf } from '../paging.ts';
import { pageNumber } from '../params.ts';
import { agentItem, agentRoles } from '../present-agent.ts';

export interface AgentsDeps {
  readonly publicIds: PublicIdStore;
  readonly settings: Settings;
  readonly users: UserStore;
}

/** `GET agents`: Super Admins, then Admins, then agents, each by user name, ten a page. */
export const agents = ({ publicIds, settings, users }: AgentsDeps) =>
  listEndpoint({
    operationId: 'revechat-agents',
    path: '/agents',
    input: pageNumber,
    handle: async (page, { signal }) => {
      const { offset, count } = pageOf(settings, page);
      const shown = (await listStaff(users, signal)).slice(offset, offset + count);
      const things = shown.map(({ _id: id, createdAt }) => ({ id, createdAt }));
      const numbers = await publicIds.give('agent', things);
      return shown.map((user) => agentItem(user, numbers.get(user._id)?.number ?? 0));
    },
  });

/** Each once, under the highest of their roles. A site has some dozens. */
async function listStaff(users: UserStore, signal: AbortSignal): Promise<User[]> {
  const everyone = { count: 0, offset: 0, sort: { username: 1 }, signal } as const;
  const byId = new Map<string, User>();
  for (const { role } of agentRoles) {
    const { items } = await users.listByRole({ role }, everyone);
    for (const user of await collect(items)) if (!byId.has(user._id)) byId.set(user._id, user);
  }
  return [...byId.values()];
}
