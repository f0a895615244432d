import { requestDatabase } from '../../../src/storage/mongodb/request-database.ts';
import { createDepartmentStore } from '../../../src/storage/routing/departments.ts';
import { useDatabase } from '../../support/use-database.ts';
import { collection, unique } from '../../support/visitors.ts';

const now = new Date('2026-03-01T10:00:00Z');
const database = useDatabase();

/** A department with these agents. */
async function insertDepartment(...agentIds: string[]): Promise<string> {
  const departmentId = unique('department');
  const { db } = database;
  await collection(db, 'livechat_department').insertOne({
    _id: departmentId,
    name: departmentId,
    numAgents: agentIds.length,
  });
  const links = agentIds.map((agentId) => ({ _id: unique('link'), departmentId, agentId }));
  await collection(db, 'livechat_department_agents').insertMany(links);
  return departmentId;
}
const numberOfAgents = async (departmentId: string) =>
  (await collection(database.db, 'livechat_department').findOne({ _id: departmentId }))?.numAgents;

describe('an agent who leaves their departments', () => {
  it('does not affect the other agents', async () => {
    const [leaver, stayer] = [unique('leaver'), unique('stayer')];
    const both = await insertDepartment(leaver, stayer);
    const other = await insertDepartment(stayer);
    await createDepartmentStore(requestDatabase(database.db)).removeAgent(leaver, now);
    expect(await numberOfAgents(both)).toBe(1);
    expect(await numberOfAgents(other)).toBe(1);
    const links = await collection(database.db, 'livechat_department_agents')
      .find({ departmentId: { $in: [both, other] } })
      .toArray();
    expect(links.map(({ agentId }) => agentId)).toEqual([stayer, stayer]);
  });

  it('is subtracted once, however many requests remove them at once', async () => {
    const leaver = unique('leaver');
    const department = await insertDepartment(leaver, unique('stayer'));
    const store = createDepartmentStore(requestDatabase(database.db));
    await Promise.all(Array.from({ length: 8 }, () => store.removeAgent(leaver, now)));
    expect(await numberOfAgents(department)).toBe(1);
  });
});
