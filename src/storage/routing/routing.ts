import type { Collection, Db, Document, Filter } from 'mongodb';
import { livechatRoles } from '../../domain/accounts/roles.ts';
import type { DepartmentAgent } from '../../domain/routing/department.ts';
import type {
  Availability,
  Candidates,
  DepartmentReads,
  RoutingDepartment,
  RoutingStore,
  SelectedAgent,
} from '../../domain/routing/routing.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { takeFewest } from './take-fewest.ts';

export interface AgentDocument extends Document {
  readonly _id: string;
  readonly username?: string;
}

/** Reads agents and departments for routing, and counts the chats that agents are given. */
export function createRoutingStore(db: Db, reporter: WriteReporter): RoutingStore {
  const users: Collection<AgentDocument> = db.collection('users');
  const departments: Collection<RoutingDepartment> = db.collection('rocketchat_livechat_department');
  const members: Collection<DepartmentAgent> = db.collection('rocketchat_livechat_department_agents');
  const listMembers = async (departmentId: string, candidates: Candidates): Promise<string[]> => {
    const listed = await members.find({ departmentId }).toArray();
    const ids = listed.map(({ agentId }) => agentId);
    const there = await users
      .find({ _id: { $in: ids }, ...filterOf(candidates) })
      .project<Pick<AgentDocument, '_id'>>({ _id: 1 })
      .toArray();
    return there.map(({ _id }) => _id);
  };

  return {
    findAvailable: async (userId, availability) =>
      selected(
        await users.findOne({ _id: userId, ...available(availability) }, { projection: { username: 1 } }),
      ),
    async hasAvailable(departmentId, candidates) {
      if (departmentId !== undefined) return (await listMembers(departmentId, candidates)).length > 0;
      return (await users.findOne(filterOf(candidates), { projection: { _id: 1 } })) !== null;
    },
    async takeNext(departmentId, candidates) {
      if (departmentId === undefined) {
        const filter = filterOf(candidates);
        const next = await takeFewest(users, {
          filter,
          count: 'livechatCount',
          ties: { username: 1 },
          fields: { username: 1 },
        });
        if (next) reporter.changed(next._id);
        return selected(next);
      }
      const filter = { departmentId, agentId: { $in: await listMembers(departmentId, candidates) } };
      const agent = await takeFewest(members, {
        filter,
        count: 'count',
        ties: { order: 1, username: 1 },
        fields: { agentId: 1, username: 1 },
      });
      return agent && { agentId: agent.agentId, username: agent.username };
    },
    ...departmentReads(departments, members),
  };
}

function departmentReads(
  departments: Collection<RoutingDepartment>,
  members: Collection<DepartmentAgent>,
): DepartmentReads {
  return {
    findDepartment: (id) => departments.findOne({ _id: id }),
    findDepartmentByIdOrName: async (idOrName) =>
      (await departments.findOne({ _id: idOrName })) ?? (await departments.findOne({ name: idOrName })),
    listDepartments: (ids) => departments.find({ _id: { $in: [...ids] } }).toArray(),
    listStaffedDepartments: () =>
      departments.find({ enabled: true, numAgents: { $gt: 0 } } as Filter<RoutingDepartment>).toArray(),
    async listDepartmentIdsOfAgent(userId) {
      const listed = await members.find({ agentId: userId }).toArray();
      return listed.map(({ departmentId }) => departmentId);
    },
  };
}

const filterOf = (candidates: Candidates): Filter<AgentDocument> =>
  candidates === 'bots' ? bots : available(candidates);

/** Bots among the agents, whether they say that they accept chats or not. */
const bots: Filter<AgentDocument> = { roles: { $all: [livechatRoles.agent, 'bot'] }, active: true };

/**
 * Agents who are available: active, accepting chats and, unless the settings say otherwise, neither offline nor away.
 */
const available = ({ whenIdle, whenOffline }: Availability): Filter<AgentDocument> => ({
  statusLivechat: 'available',
  roles: livechatRoles.agent,
  active: true,
  // Bots have no presence.
  ...(whenOffline
    ? {}
    : { $and: [{ $or: [{ roles: 'bot' }, { status: { $exists: true, $ne: 'offline' } }] }] }),
  ...(whenIdle ? {} : { statusConnection: { $ne: 'away' } }),
});

const selected = (user: AgentDocument | null): SelectedAgent | null =>
  user?.username === undefined ? null : { agentId: user._id, username: user.username };
