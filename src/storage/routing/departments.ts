import type { Collection, Db, Filter } from 'mongodb';
import type {
  Department,
  DepartmentAgent,
  DepartmentFilter,
  DepartmentStore,
} from '../../domain/routing/department.ts';
import { findPage } from '../mongodb/find-page.ts';
import { literalPattern } from '../mongodb/literal-pattern.ts';

/** `rocketchat_livechat_department` and `rocketchat_livechat_department_agents`. */
export function createDepartmentStore(db: Db): DepartmentStore {
  const departments: Collection<Department> = db.collection('rocketchat_livechat_department');
  const links: Collection<DepartmentAgent> = db.collection('rocketchat_livechat_department_agents');
  const idsOf = async (agentId: string) =>
    (await links.find({ agentId }).toArray()).map(({ departmentId }) => departmentId);

  return {
    listAgentIds: async (departmentId) =>
      (await links.find({ departmentId }).toArray()).map(({ agentId }) => agentId),
    async list(given, page) {
      const ids = given.agentId === undefined ? undefined : await idsOf(given.agentId);
      return findPage(departments, filterOf(given, ids), page);
    },
    async create(department, agents) {
      if (agents.length > 0) await links.insertMany([...agents]);
      await departments.insertOne(department);
    },
    async removeAgent(agentId, at) {
      const ids = await idsOf(agentId);
      if (ids.length === 0) return;
      // Counted down one by one, each by whoever removed the link, so that repeating this is harmless.
      for (const departmentId of ids) {
        const { deletedCount } = await links.deleteMany({ agentId, departmentId });
        if (deletedCount > 0)
          await departments.updateOne(
            { _id: departmentId },
            { $inc: { numAgents: -1 }, $set: { _updatedAt: at } },
          );
      }
    },
  };
}

/** There are only a few dozen departments: the range over all ids makes it a query that an index serves. */
function filterOf(given: DepartmentFilter, ids: readonly string[] | undefined): Filter<Department> {
  const excluded = given.excludeId === undefined ? {} : { $ne: given.excludeId };
  return {
    _id: ids ? { $in: [...ids], ...excluded } : { $gte: '', ...excluded },
    ...(given.enabledOnly && { enabled: true }),
    ...(!given.withArchived && { archived: { $ne: true } }),
    ...(given.text && { name: new RegExp(literalPattern(given.text), 'i') }),
  };
}
