import { clientOf } from '../../support/accounts.ts';
import type { ApiClient } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { rocketChatUser, storeUsers } from '../../support/users.ts';
import { collection } from '../../support/visitors.ts';

describe('livechat/department', () => {
  let service: TestService;
  let admin: ApiClient;
  const ann = rocketChatUser('ann', { roles: ['livechat-agent'] });
  const sales = {
    name: 'Sales',
    email: 'sales@example.org',
    enabled: true,
    showOnRegistration: true,
    showOnOfflineForm: false,
  };
  const create = (department: object, agents?: object[]) =>
    admin.post('livechat/department', { department: { ...sales, ...department }, agents });
  const names = async (query: Record<string, unknown> = {}, client = admin) =>
    (await client.get('livechat/department', query)).body.departments.map(
      ({ name }: { name: string }) => name,
    );

  beforeEach(async () => {
    service = await startTestService();
    await storeUsers(service.db, ann);
    admin = await clientOf(service.app);
  });
  afterEach(() => service.stop());

  it("is created with its agents, in Rocket.Chat's form; unknown agents are left out", async () => {
    const { username: _, ...nameless } = rocketChatUser('nameless');
    await storeUsers(service.db, nameless as typeof ann);
    const answer = await create({ description: 'Who sells', color: 'red' }, [
      { agentId: ann._id, count: 2, order: 1 },
      { agentId: 'nobody' },
      { agentId: nameless._id },
    ]);
    expect(answer.status).toBe(200);
    const { department, agents } = answer.body;
    expect(department).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      ...sales,
      description: 'Who sells',
      numAgents: 1,
      _updatedAt: expect.any(String),
    });
    expect(agents).toEqual([
      {
        _id: expect.stringMatching(/^[0-9a-f]{24}$/),
        departmentId: department._id,
        departmentEnabled: true,
        agentId: ann._id,
        username: 'ann',
        count: 2,
        order: 1,
        _updatedAt: expect.any(String),
      },
    ]);
    const stored = service.db.collection('rocketchat_livechat_department').findOne({ name: 'Sales' });
    expect((await stored)?._updatedAt).toBeInstanceOf(Date);
  });

  it('needs closing tags if conversations need them, and a fallback that exists', async () => {
    const refused = async (department: object) => {
      const { status, body } = await create(department);
      return { status, error: body.error, errorType: body.errorType, details: body.details };
    };
    const details = { method: 'livechat:saveDepartment' };
    for (const chatClosingTags of [undefined, null, []]) {
      expect(await refused({ requestTagBeforeClosingChat: true, chatClosingTags })).toEqual({
        status: 400,
        error:
          'At least one closing tag is required when the department requires tag(s) on closing conversations. [error-validating-department-chat-closing-tags]',
        errorType: 'error-validating-department-chat-closing-tags',
        details,
      });
    }
    expect(await refused({ fallbackForwardDepartment: 'nowhere' })).toEqual({
      status: 400,
      error: 'Fallback department not found [error-fallback-department-not-found]',
      errorType: 'error-fallback-department-not-found',
      details,
    });
    const first = (await create({ requestTagBeforeClosingChat: true, chatClosingTags: ['done'] })).body;
    const { status } = await create({ name: 'Help', fallbackForwardDepartment: first.department._id });
    expect(status).toBe(200);
  });

  it('tells its agents whether it is enabled', async () => {
    const { agents } = (await create({ enabled: false }, [{ agentId: ann._id }])).body;
    expect(agents).toMatchObject([{ departmentEnabled: false, count: 0, order: 0 }]);
  });

  it('has an agent once, even if they are named twice', async () => {
    const answer = await create({}, [{ agentId: ann._id }, { agentId: ann._id }]);
    expect(answer.body.agents).toHaveLength(1);
    expect(answer.body.department.numAgents).toBe(1);
  });

  it('is listed by name, page by page, with filters', async () => {
    await create({ name: 'Support', enabled: false });
    const { department } = (await create({ name: 'Billing' }, [{ agentId: ann._id }])).body;
    await create({ name: 'Sales (EU)' });
    const archive = { _id: 'old', ...sales, name: 'Archive', archived: true };
    await collection(service.db, 'livechat_department').insertOne(archive);
    expect(await names()).toEqual(['Billing', 'Sales (EU)', 'Support']);
    expect(await names({ count: 1, offset: 1 })).toEqual(['Sales (EU)']);
    expect((await admin.get('livechat/department', { count: 1 })).body).toMatchObject({ count: 1, total: 3 });
    expect(await names({ text: 'sales (' })).toEqual(['Sales (EU)']);
    expect(await names({ enabled: 'true' })).toEqual(['Billing', 'Sales (EU)']);
    expect(await names({ showArchived: 'true' })).toContain('Archive');
    expect(await names({ excludeDepartmentId: department._id })).toEqual(['Sales (EU)', 'Support']);
    expect(await names({ sort: '{"name":-1}' })).toEqual(['Support', 'Sales (EU)', 'Billing']);
    const agent = await clientOf(service.app, 'ann');
    expect(await names({ onlyMyDepartments: 'true' }, agent)).toEqual(['Billing']);
    expect(await names({ onlyMyDepartments: 'true', excludeDepartmentId: department._id }, agent)).toEqual(
      [],
    );
  });

  it.each([
    ['nothing', {}],
    ['an operator as name', { department: { ...sales, name: { $gt: '' } } }],
    ['no address', { department: { ...sales, email: undefined } }],
    ['an operator as agent', { department: sales, agents: [{ agentId: { $ne: '' } }] }],
    ['agents that are no list', { department: sales, agents: 'ann' }],
  ])('refuses %s', async (_what, body) => {
    expect((await admin.post('livechat/department', body)).status).toBe(400);
    expect(await names()).toEqual([]);
  });

  it('is created by those who manage departments', async () => {
    const agent = await clientOf(service.app, 'ann');
    expect((await agent.post('livechat/department', { department: sales })).status).toBe(403);
  });
});
