import { clientOf } from '../../support/accounts.ts';
import { type ApiClient, apiClient } from '../../support/client.ts';
import { type Agent, insertAgent } from '../../support/conversations.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

/** How Rocket.Chat's clients and suite up to 7.x define custom fields: by a method of the realtime protocol. */
describe('a custom field defined by a method call', () => {
  let service: TestService;
  let admin: ApiClient;
  beforeAll(async () => {
    service = await startTestService();
    admin = await clientOf(service.app);
  });
  afterAll(() => service.stop());

  const call = async (method: string, params: unknown[], api = admin, path = method) => {
    const message = JSON.stringify({ msg: 'method', id: 'id', method, params });
    const { status, body } = await api.post(`method.call/${path}`, { message });
    return { status, success: body.success, ...JSON.parse(body.message) };
  };
  const definition = (field: string) => ({
    ...{ field, label: field, scope: 'visitor', visibility: 'public', regexp: '', searchable: true },
    defaultValue: 'test_default_address',
  });
  const stored = (_id: string) => collection(service.db, 'livechat_custom_field').findOne({ _id });

  it('is defined, given a value by a visitor, changed and removed', async () => {
    const id = unique('field');
    const saved = await call('livechat:saveCustomField', [null, definition(id)]);
    expect(saved).toMatchObject({ status: 200, success: true, msg: 'result', id: 'id', result: { _id: id } });
    const customFields = [{ key: id, value: 'Rocket.Chat street', overwrite: true }];
    const visitor = await registerVisitor(apiClient(service.app), { customFields });
    expect(visitor.livechatData).toEqual({ [id]: 'Rocket.Chat street' });

    await call('livechat:saveCustomField', [id, { ...definition(id), label: 'Street' }]);
    expect(await stored(id)).toMatchObject({ label: 'Street', regexp: '' });

    // The suite calls the one method by the path of the other.
    const removed = await call('livechat:removeCustomField', [id], admin, 'livechat:saveCustomField');
    expect(removed).toMatchObject({ status: 200, result: { deletedCount: 1 } });
    expect(await stored(id)).toBeNull();
  });

  it('is refused if it exists, is unknown or misnamed, or if the method is another', async () => {
    const id = unique('field');
    await call('livechat:saveCustomField', [null, definition(id)]);
    const refusals = [
      await call('livechat:saveCustomField', [null, definition(id)]),
      await call('livechat:saveCustomField', ['nope', definition('nope')]),
      await call('livechat:removeCustomField', ['nope']),
      await call('livechat:removeCustomField', [{ $ne: '' }]),
      await call('livechat:saveCustomField', [null, definition('a b')]),
      await call('livechat:saveCustomField', []),
      await call('livechat:other', [], admin, 'livechat:saveCustomField'),
    ];
    expect(refusals.map(({ status, success, error }) => [status, success, error.error])).toEqual([
      // As up to 7.x, which has these methods. 8.x has others, and answers 400.
      [200, true, 'error-custom-field-name-already-exists'],
      [200, true, 'error-invalid-custom-field'],
      [200, true, 'error-invalid-custom-field'],
      ...Array(3).fill([200, true, 'error-invalid-params']),
      [400, false, 'error-invalid-params'],
    ]);
  });

  it('requires a user with view-livechat-manager', async () => {
    const { api } = await insertAgent(service);
    const id = unique('field');
    const refused = await call('livechat:saveCustomField', [null, definition(id)], api);
    expect(refused).toMatchObject({
      status: 200,
      error: { error: 'error-not-allowed', reason: 'Not allowed' },
    });
    expect(await stored(id)).toBeNull();
    const visitor = await apiClient(service.app).post('method.call/livechat:saveCustomField', {
      message: '{}',
    });
    expect(visitor.status).toBe(401);
  });
});

describe('whether an agent accepts chats, by a method call', () => {
  const { service, anyone, admin, outsider } = useService();
  const change = (api: ApiClient, ...params: unknown[]) => {
    const called = { msg: 'method', id: 'id', method: 'livechat:changeLivechatStatus', params };
    return api.post('method.call/livechat:changeLivechatStatus', { message: JSON.stringify(called) });
  };
  const statusOf = async ({ _id }: Agent) => (await service.deps.users.findById(_id))?.statusLivechat;

  it('is toggled by themselves, and set by a manager', async () => {
    const agent = await insertAgent(service);
    expect((await change(agent.api)).status).toBe(200);
    expect(await statusOf(agent)).toBe('not-available');
    await change(admin, { agentId: agent._id, status: 'available' });
    expect(await statusOf(agent)).toBe('available');
  });

  it('is not for other agents, nor of somebody who is none, and is one of two', async () => {
    const [agent, other] = [await insertAgent(service), await insertAgent(service)];
    const refusalOf = async (api: ApiClient, param: object) =>
      JSON.parse((await change(api, param)).body.message).error.reason;
    const { _id: agentId } = agent;
    expect(await refusalOf(other.api, { agentId, status: 'not-available' })).toBe('Not allowed');
    expect(await refusalOf(admin, { agentId: 'nobody' })).toBe('Invalid Agent Id');
    expect(await refusalOf(outsider, {})).toBe('Invalid Agent Id');
    expect(await refusalOf(agent.api, { agentId, status: 'asleep' })).toBe('Invalid Status');
    expect(await statusOf(agent)).toBe('available');
    expect((await change(anyone)).status).toBe(401);
  });
});
