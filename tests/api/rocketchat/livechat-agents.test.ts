import { type Agent, createDepartment, insertAgent, withSetting } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';

const { service, admin, outsider } = useService();

describe('GET livechat/agents/:agentId/departments', () => {
  it("lists an agent's places, with the departments' names", async () => {
    const agent = await insertAgent(service);
    const sales = await createDepartment(admin, [agent], { name: 'Sales' });
    const closed = await createDepartment(admin, [agent], { name: 'Closed', enabled: false });
    const path = `livechat/agents/${agent._id}/departments`;
    const { body } = await agent.api.get(path);
    expect(body.departments).toHaveLength(2);
    expect(body.departments).toContainEqual(
      expect.objectContaining({ agentId: agent._id, departmentId: closed, departmentName: 'Closed' }),
    );
    const enabled = await agent.api.get(path, { enabledDepartmentsOnly: 'true' });
    expect(enabled.body.departments).toMatchObject([{ departmentId: sales, departmentEnabled: true }]);
    expect((await admin.get('livechat/agents/nobody/departments')).body).toEqual({
      departments: [],
      success: true,
    });
  });
});

describe('POST livechat/agents.saveInfo', () => {
  const get = async (id: string) => (await admin.get(`livechat/department/${id}`)).body;
  const save = (agentId: string, agentDepartments: readonly string[], agentData: object = {}) =>
    admin.post('livechat/agents.saveInfo', { agentId, agentData, agentDepartments });
  const departmentsOf = async ({ _id }: Agent) => {
    const { body } = await admin.get(`livechat/agents/${_id}/departments`);
    return body.departments.map(({ departmentId }: { departmentId: string }) => departmentId);
  };

  it('puts an agent into the departments that are named, and out of the others', async () => {
    const agent = await insertAgent(service);
    const [kept, left, joined] = [
      await createDepartment(admin, [agent]),
      await createDepartment(admin, [agent]),
      await createDepartment(admin, []),
    ];
    expect((await save(agent._id, [kept, joined, 'nowhere'])).status).toBe(200);
    expect((await departmentsOf(agent)).sort()).toEqual([kept, joined].sort());
    expect((await get(left)).department.numAgents).toBe(0);
    expect((await get(joined)).department.numAgents).toBe(1);
  });

  it('keeps how many chats they take at once, and nothing that visitors would be shown', async () => {
    const agent = await insertAgent(service);
    await save(agent._id, [], { maxNumberSimultaneousChat: 3, email: 'ann@example.org' });
    const { body } = await admin.get(`livechat/users/agent/${agent._id}`);
    expect(body.user.livechat).toEqual({ maxNumberSimultaneousChat: 3 });
  });

  it('is for managers, about agents', async () => {
    const { body } = await save('nobody', []);
    expect([body.error, body.errorType]).toEqual(['error-user-is-not-agent', undefined]);
    const ann = await insertAgent(service);
    const own = { agentId: ann._id, agentData: {}, agentDepartments: [] };
    expect((await ann.api.post('livechat/agents.saveInfo', own)).status).toBe(403);
  });
});

describe('GET livechat/config/routing', () => {
  const manual = {
    previewRoom: true,
    showConnecting: true,
    showQueue: false,
    showQueueLink: false,
    returnQueue: true,
    enableTriggerAction: false,
    autoAssignAgent: false,
  };
  const automatic = {
    ...{ previewRoom: false, showConnecting: false, showQueue: false, showQueueLink: true },
    ...{ returnQueue: false, enableTriggerAction: true, autoAssignAgent: true },
  };
  const config = async () => (await outsider.get('livechat/config/routing')).body.config;

  it('says what clients for agents show, by the routing method', async () => {
    expect(await config()).toEqual(automatic);
    await withSetting(admin, 'Livechat_Routing_Method', 'Manual_Selection', async () => {
      expect(await config()).toEqual(manual);
    });
  });

  it('is what the mobile apps ask for as a method', async () => {
    const call = { msg: 'method', id: '1', method: 'livechat:getRoutingConfig', params: [] };
    const { body } = await admin.post('method.call/livechat:getRoutingConfig', {
      message: JSON.stringify(call),
    });
    expect(JSON.parse(body.message).result).toEqual(automatic);
  });
});
