import type { Collection, Db, Filter } from 'mongodb';
import { derivedId } from '../../domain/ids.ts';
import type {
  Department,
  DepartmentAgent,
  DepartmentFilter,
  DepartmentStore,
} from '../../domain/routing/department.ts';
import { findPage } from '../mongodb/find-page.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { literalPattern } from '../mongodb/literal-pattern.ts';
import { updateEach } from '../mongodb/update-each.ts';
import { updateFirst } from '../mongodb/update-first.ts';

type Departments = Collection<Department>;
type Links = Collection<DepartmentAgent>;

/** There are only a few dozen departments: the range over all ids makes it a query that an index serves. */
const anyId = { $gte: '' };

/** `rocketchat_livechat_department` and `rocketchat_livechat_department_agents`. */
export function createDepartmentStore(db: Db): DepartmentStore {
  const departments: Departments = db.collection('rocketchat_livechat_department');
  const links: Links = db.collection('rocketchat_livechat_department_agents');

  return {
    ...membershipWrites(departments, links),
    findById: (id) => departments.findOne({ _id: id }),
    listByIds: (ids) => departments.find({ _id: { $in: [...ids] } }).toArray(),
    listOfAgent: (agentId) => links.find({ agentId }).toArray(),
    listAgents: (departmentId) => links.find({ departmentId }).toArray(),
    listAgentsPage: (departmentId, page) => findPage(links, { departmentId }, page),
    async list(given, page) {
      const ids = given.agentId === undefined ? undefined : await departmentsOf(links, given.agentId);
      return findPage(departments, filterOf(given, ids), page);
    },
    async create(department, agents) {
      if (agents.length > 0) await links.insertMany([...agents]);
      await departments.insertOne(department);
    },
    async change(id, given, at) {
      const mayBeEnabled: Filter<Department> = given.enabled ? { archived: { $ne: true } } : {};
      const changed = await departments.findOneAndUpdate(
        { _id: id, ...mayBeEnabled },
        { $set: { ...given, _updatedAt: at } },
        { returnDocument: 'after' },
      );
      if (changed) await tellAgents(links, id, given.enabled, at);
      return changed;
    },
    async setArchived(id, archived, at) {
      const $set = { archived, ...(archived && { enabled: false }), _updatedAt: at };
      const { matchedCount } = await departments.updateOne({ _id: id }, { $set });
      if (archived && matchedCount > 0) await tellAgents(links, id, false, at);
      return matchedCount > 0;
    },
    async delete(id) {
      await departments.deleteOne({ _id: id });
      await links.deleteMany({ departmentId: id });
      const fallingBack = { _id: anyId, fallbackForwardDepartment: id };
      await updateEach(departments, fallingBack, { $unset: { fallbackForwardDepartment: 1 } });
    },
  };
}

/** Writes on its agents' places whether a department is enabled. */
async function tellAgents(links: Links, departmentId: string, enabled: boolean, at: Date): Promise<void> {
  const others: Filter<DepartmentAgent> = { departmentId, departmentEnabled: { $ne: enabled } };
  await updateEach(links, others, { $set: { departmentEnabled: enabled, _updatedAt: at } });
}

const departmentsOf = async (links: Links, agentId: string): Promise<string[]> =>
  (await links.find({ agentId }).toArray()).map(({ departmentId }) => departmentId);

/** An `_id` that follows from the two makes sure that an agent is added once. */
const linkId = (departmentId: string, agentId: string): string => derivedId(departmentId, 'agent', agentId);

/** A department's agents are changed so often at the same time by nobody. */
const mostCounts = 50;

/** Writes how many agents a department has, until that is the number afterwards, too, whoever else changes it. */
async function writeNumber(
  departments: Departments,
  links: Links,
  departmentId: string,
  at: Date,
): Promise<void> {
  for (let counts = 0; counts < mostCounts; counts += 1) {
    const numAgents = await links.countDocuments({ departmentId });
    await departments.updateOne({ _id: departmentId }, { $set: { numAgents, _updatedAt: at } });
    if ((await links.countDocuments({ departmentId })) === numAgents) return;
  }
}

function membershipWrites(
  departments: Departments,
  links: Links,
): Pick<DepartmentStore, 'addAgents' | 'removeAgents' | 'removeAgent'> {
  const countAgents = (departmentId: string, at: Date) => writeNumber(departments, links, departmentId, at);
  return {
    async addAgents(departmentId, departmentEnabled, agents, at) {
      if (agents.length === 0) return;
      for (const { agentId, username, count, order } of agents) {
        const given = { ...(count !== undefined && { count }), ...(order !== undefined && { order }) };
        const set = { departmentEnabled, username, ...given, _updatedAt: at };
        const update = () => updateFirst(links, { departmentId, agentId }, { $set: set });
        if (await update()) continue;
        const link = {
          _id: linkId(departmentId, agentId),
          departmentId,
          agentId,
          count: 0,
          order: 0,
          ...set,
        };
        // Another request may have just added the agent.
        if (!(await insertNew(links, link))) await update();
      }
      await countAgents(departmentId, at);
    },
    async removeAgent(agentId, at) {
      for (const departmentId of await departmentsOf(links, agentId)) {
        await links.deleteMany({ agentId, departmentId });
        await countAgents(departmentId, at);
      }
    },
    async removeAgents(departmentId, agentIds, at) {
      if (agentIds.length === 0) return;
      await links.deleteMany({ departmentId, agentId: { $in: [...agentIds] } });
      await countAgents(departmentId, at);
    },
  };
}

function filterOf(given: DepartmentFilter, ids: readonly string[] | undefined): Filter<Department> {
  const excluded = given.exceptIds?.length ? { $nin: [...given.exceptIds] } : {};
  return {
    _id: ids ? { $in: [...ids], ...excluded } : { ...anyId, ...excluded },
    ...(given.enabledOnly && { enabled: true }),
    ...(given.archived !== 'included' && { archived: given.archived === 'only' ? true : { $ne: true } }),
    ...(given.text && { name: new RegExp(literalPattern(given.text), 'i') }),
  };
}
