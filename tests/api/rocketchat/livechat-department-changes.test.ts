import {
  type Agent,
  createDepartment,
  inquiryOf,
  insertAgent,
  manualSelection,
  startChat,
  storedRoom,
  take,
  withSetting,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService(manualSelection);

const sales = {
  name: 'Sales',
  email: 'sales@example.org',
  enabled: true,
  showOnRegistration: false,
  showOnOfflineForm: false,
};
let ann: Agent;
let bob: Agent;
beforeAll(async () => {
  ann = await insertAgent(service);
  bob = await insertAgent(service);
});
const get = async (id: string, query: object = {}, client = admin) =>
  (await client.get(`livechat/department/${id}`, { ...query })).body;
const idsOf = (agents: readonly { agentId: string }[]) => agents.map(({ agentId }) => agentId).sort();
const refusal = ({ status, body }: { status: number; body: Record<string, unknown> }) => ({
  status,
  error: body.error,
  errorType: body.errorType,
});

describe('GET livechat/department/:_id', () => {
  it('shows a department with its agents, to who may see them', async () => {
    const id = await createDepartment(admin, [ann, bob]);
    const shown = await get(id);
    expect(shown.department).toMatchObject({ _id: id, numAgents: 2, enabled: true });
    expect(idsOf(shown.agents)).toEqual(idsOf([{ agentId: ann._id }, { agentId: bob._id }]));
    expect(await get(id, { includeAgents: 'false' })).not.toHaveProperty('agents');
    const agents = await get(id, {}, ann.api);
    expect(agents.department._id).toBe(id);
    expect(agents).not.toHaveProperty('agents');
  });

  it('shows null for one that is unknown, and for one of others if only ours are asked for', async () => {
    expect(await get('nowhere')).toEqual({ department: null, agents: [], success: true });
    const id = await createDepartment(admin, [ann]);
    expect((await get(id, { onlyMyDepartments: 'true' }, ann.api)).department?._id).toBe(id);
    expect((await get(id, { onlyMyDepartments: 'true' }, bob.api)).department).toBeNull();
  });

  it('is for staff', async () => {
    expect((await outsider.get('livechat/department/x')).status).toBe(403);
  });
});

describe('PUT livechat/department/:_id', () => {
  const put = (id: string, department: object, agents?: object[] | null) =>
    admin.put(`livechat/department/${id}`, { department: { ...sales, ...department }, agents });

  it('changes what is given, and adds agents without taking others out', async () => {
    const id = await createDepartment(admin, [ann], { description: 'Who sells' });
    const { body } = await put(id, { name: 'Verkauf', email: 'v@example.org' }, [
      { agentId: bob._id, username: bob.username, order: 2 },
      { agentId: 'nobody', username: 'nobody' },
    ]);
    expect(body.department).toMatchObject({
      ...{ _id: id, name: 'Verkauf', email: 'v@example.org', description: 'Who sells', numAgents: 2 },
    });
    expect(idsOf(body.agents)).toEqual(idsOf([{ agentId: ann._id }, { agentId: bob._id }]));
    expect(body.agents).toContainEqual(
      expect.objectContaining({ agentId: bob._id, username: bob.username, count: 0, order: 2 }),
    );
  });

  it('keeps how many chats an agent was given, unless told otherwise', async () => {
    const id = await createDepartment(admin, []);
    await put(id, {}, [{ agentId: ann._id, count: 5, order: 1 }]);
    const { body } = await put(id, {}, [{ agentId: ann._id, order: 3 }]);
    expect(body.agents).toMatchObject([{ count: 5, order: 3 }]);
    expect(body.department.numAgents).toBe(1);
  });

  it('tells its agents whether it is enabled, and keeps archived ones disabled', async () => {
    const id = await createDepartment(admin, [ann]);
    const { body } = await put(id, { enabled: false });
    expect(body.agents).toMatchObject([{ departmentEnabled: false }]);
    await collection(service.db, 'livechat_department').updateOne({ _id: id }, { $set: { archived: true } });
    expect(refusal(await put(id, {}))).toEqual({
      status: 400,
      error: 'Archived departments cant be enabled [error-archived-department-cant-be-enabled]',
      errorType: 'error-archived-department-cant-be-enabled',
    });
    expect((await put(id, { enabled: false, name: 'Old' })).body.department).toMatchObject({ name: 'Old' });
  });

  it('refuses a department that is unknown, or that would fall back to itself or into nothing', async () => {
    const unknown = await put('nowhere', {});
    expect(refusal(unknown)).toEqual({
      status: 400,
      error: 'Department not found [error-department-not-found]',
      errorType: 'error-department-not-found',
    });
    expect(unknown.body.details).toEqual({ method: 'livechat:saveDepartment' });
    expect(await collection(service.db, 'livechat_department').findOne({ _id: 'nowhere' })).toBeNull();
    const id = await createDepartment(admin, []);
    for (const [fallbackForwardDepartment, errorType] of [
      [id, 'error-fallback-department-circular'],
      ['nowhere', 'error-fallback-department-not-found'],
    ])
      expect(refusal(await put(id, { fallbackForwardDepartment }))).toMatchObject({ status: 400, errorType });
    const tags = await put(id, { requestTagBeforeClosingChat: true, chatClosingTags: [] });
    expect(refusal(tags).errorType).toBe('error-validating-department-chat-closing-tags');
  });

  it.each([
    ['nothing', {}, "Match error: Missing key 'department'"],
    [
      'half a department',
      { department: { name: 'x' } },
      "Match error: Missing key 'email' in field department",
    ],
    [
      'an operator',
      { department: { ...sales, name: { $ne: 1 } } },
      'Match error: Expected string, got object in field department.name',
    ],
    [
      'agents that are no list',
      { department: sales, agents: 'ann' },
      'Match error: Expected array, got string in field agents',
    ],
    [
      'an operator as agent',
      { department: sales, agents: [{ agentId: { $gt: '' } }] },
      'Match error: Expected string, got object in field agents[0].agentId',
    ],
  ])('refuses %s', async (_what, body, error) => {
    const id = await createDepartment(admin, []);
    expect(refusal(await admin.put(`livechat/department/${id}`, body))).toMatchObject({ status: 400, error });
  });

  it('is for those who manage departments; who may only add agents gets a bare failure', async () => {
    const id = await createDepartment(admin, []);
    const adder = await insertAgent(service, { roles: ['adder'] });
    const grant = { permissions: [{ _id: 'add-livechat-department-agents', roles: ['admin', 'adder'] }] };
    await service.db.collection<{ _id: string }>('rocketchat_roles').insertOne({ _id: 'adder' });
    expect((await admin.post('permissions.update', grant)).status).toBe(200);
    const answer = await adder.api.put(`livechat/department/${id}`, { department: sales });
    expect([answer.status, answer.body]).toEqual([400, { success: false }]);
    expect((await ann.api.put(`livechat/department/${id}`, { department: sales })).status).toBe(403);
  });

  it('counts agents right, however many requests add and remove them at once', async () => {
    const id = await createDepartment(admin, []);
    const agents = await Promise.all(Array.from({ length: 6 }, () => insertAgent(service)));
    const named = agents.map(({ _id: agentId, username }) => ({ agentId, username }));
    await Promise.all(
      [0, 1, 2, 3].flatMap((turn) => [
        put(id, {}, named),
        admin.post(`livechat/department/${id}/agents`, { upsert: named.slice(turn), remove: [] }),
      ]),
    );
    const added = await get(id);
    expect(idsOf(added.agents)).toEqual(idsOf(named));
    expect(added.department.numAgents).toBe(6);
    await Promise.all(
      named.map((agent) => admin.post(`livechat/department/${id}/agents`, { upsert: [], remove: [agent] })),
    );
    expect(await get(id)).toMatchObject({ agents: [], department: { numAgents: 0 } });
  });
});

describe('livechat/department/:_id/agents', () => {
  it('adds and removes agents, and lists them by name, page by page', async () => {
    const id = await createDepartment(admin, [ann]);
    const path = `livechat/department/${id}/agents`;
    const shown = (await get(id)).agents;
    const change = { upsert: [{ agentId: bob._id, username: bob.username, order: 1 }], remove: shown };
    expect((await admin.post(path, change)).body).toEqual({ success: true });
    expect((await admin.get(path)).body).toMatchObject({
      ...{ agents: [{ agentId: bob._id, order: 1 }], count: 1, offset: 0, total: 1 },
    });
    expect((await admin.get(path, { offset: 1 })).body).toMatchObject({ agents: [], count: 0, total: 1 });
    expect((await admin.get('livechat/department/nowhere/agents')).body).toMatchObject({ total: 0 });
  });

  it('refuses a department that is unknown, and bodies without both lists', async () => {
    const post = (id: string, body: object) => admin.post(`livechat/department/${id}/agents`, body);
    expect(refusal(await post('nowhere', { upsert: [], remove: [] }))).toEqual({
      status: 400,
      error: 'Department not found [error-department-not-found]',
      errorType: 'error-department-not-found',
    });
    expect((await post('x', { upsert: [] })).body.error).toBe(
      "must have required property 'remove' [invalid-params]",
    );
    const operator = { upsert: [{ agentId: { $ne: '' }, username: 'x' }], remove: [] };
    expect((await post('x', operator)).status).toBe(400);
    expect((await outsider.get('livechat/department/x/agents')).status).toBe(403);
    expect((await ann.api.post('livechat/department/x/agents', { upsert: [], remove: [] })).status).toBe(403);
  });
});

describe('DELETE livechat/department/:_id', () => {
  const remove = (id: string, client = admin) => client.delete(`livechat/department/${id}`);
  const allowed = (story: () => Promise<void>) =>
    withSetting(admin, 'Omnichannel_enable_department_removal', true, story);

  it('lets the conversations go on in no department', () =>
    allowed(async () => {
      const id = await createDepartment(admin, [ann]);
      const other = await createDepartment(admin, [bob], { fallbackForwardDepartment: id });
      const waiting = await startChat(anyone, { department: id });
      const taken = await startChat(anyone, { department: id });
      await take(ann, taken.rid);
      expect(await inquiryOf(bob.api, waiting.rid)).toBeNull();
      expect((await remove(id)).body).toEqual({ success: true });
      expect(await get(id)).toMatchObject({ department: null, agents: [] });
      expect((await get(other)).department).not.toHaveProperty('fallbackForwardDepartment');
      for (const { rid } of [waiting, taken])
        expect(await storedRoom(service.db, rid)).not.toHaveProperty('departmentId');
      await take(bob, waiting.rid);
      expect((await storedRoom(service.db, waiting.rid)).servedBy?._id).toBe(bob._id);
    }));

  it('leaves visitors who chose it with whoever is there', () =>
    allowed(async () => {
      const id = await createDepartment(admin, [ann]);
      const { token } = await registerVisitor(anyone, { token: unique('token'), department: id });
      await remove(id);
      const { status, body } = await anyone.get('livechat/room', { token });
      expect([status, body.room.departmentId]).toEqual([200, undefined]);
    }));

  it('refuses one that is unknown, and all of them unless a setting allows it', async () => {
    const id = await createDepartment(admin, []);
    expect(refusal(await remove(id)).error).toBe('error-department-removal-disabled');
    await allowed(async () => {
      expect(refusal(await remove('nowhere')).error).toBe('error-department-not-found');
      const answers = await Promise.all([remove(id), remove(id), remove(id)]);
      expect(answers.map(({ status }) => status)).toContain(200);
      expect((await remove(id)).status).toBe(400);
    });
    expect((await remove(id, ann.api)).status).toBe(403);
  });
});
