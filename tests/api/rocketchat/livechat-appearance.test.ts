import { insertAgent } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';

const { service, anyone, admin, outsider } = useService({
  OVERWRITE_SETTING_Livechat_offline_email: 'fixed@example.org',
});

const shown = async (): Promise<Record<string, unknown>> => {
  const { body } = await admin.get('livechat/appearance');
  return Object.fromEntries(
    body.appearance.map(({ _id, value }: { _id: string; value: unknown }) => [_id, value]),
  );
};
const change = (...settings: readonly (readonly [string, unknown])[]) =>
  admin.post(
    'livechat/appearance',
    settings.map(([_id, value]) => ({ _id, value })),
  );

describe('livechat/appearance', () => {
  it("shows the widget's settings with the values in effect", async () => {
    const before = await shown();
    expect(Object.keys(before)).toHaveLength(23);
    expect(before).toMatchObject({
      Livechat_display_offline_form: true,
      Livechat_message_character_limit: 0,
      Livechat_offline_email: 'fixed@example.org',
    });
  });

  it('changes some of them, whatever form their values come in, and the widget shows it', async () => {
    const { status, body } = await change(
      ['Livechat_title', 'Talk to us'],
      ['Livechat_message_character_limit', '250'],
      ['Livechat_enable_message_character_limit', true],
      ['Livechat_show_agent_email', 'false'],
      ['Livechat_offline_email', 'fixed@example.org'],
    );
    expect([status, body]).toEqual([200, { success: true }]);
    expect(await shown()).toMatchObject({
      ...{ Livechat_title: 'Talk to us', Livechat_message_character_limit: 250 },
      ...{ Livechat_enable_message_character_limit: true, Livechat_show_agent_email: false },
    });
    const config = await anyone.get('livechat/config');
    expect(config.body.config.theme.title).toBe('Talk to us');
    await change(['Livechat_message_character_limit', 300]);
    expect(await shown()).toMatchObject({ Livechat_message_character_limit: 300 });
  });

  it('reads a text that is no number as 0, and one that is no truth value as false', async () => {
    await change(
      ['Livechat_message_character_limit', 'many'],
      ['Livechat_enable_message_character_limit', true],
      ['Livechat_show_agent_info', 'perhaps'],
    );
    expect(await shown()).toMatchObject({
      ...{ Livechat_message_character_limit: 0, Livechat_enable_message_character_limit: true },
      Livechat_show_agent_info: false,
    });
    await change(['Livechat_message_character_limit', true]);
    expect(await shown()).toMatchObject({ Livechat_message_character_limit: 0 });
    const { settings } = (await anyone.get('livechat/config')).body.config;
    expect(settings.limitTextLength).toBe(5_000);
  });

  it.each([
    ['a setting of others', [['Livechat_webhookUrl', 'http://x.example/']], 'invalid-setting'],
    ['a list for a text', [['Livechat_title', ['a', 'b']]], /error-invalid-setting-value/],
    ['an operator', [['Livechat_title', { $set: 1 }]], /invalid-params/],
    ['nothing', [], 'must NOT have fewer than 1 items [invalid-params]'],
  ] as const)('refuses %s, and then changes nothing', async (_what, wrong, error) => {
    const before = await shown();
    const right = wrong.length > 0 ? [['Livechat_title', 'Never']] : [];
    const { status, body } = await change(...(right as [string, string][]), ...wrong);
    expect(status).toBe(400);
    expect(body.error).toEqual(typeof error === 'string' ? error : expect.stringMatching(error));
    expect(await shown()).toEqual(before);
  });

  it('fails if a setting is set by the environment', async () => {
    const { status, body } = await change(['Livechat_offline_email', 'other@example.org']);
    expect([status, body.success]).toEqual([400, false]);
    expect(await shown()).toMatchObject({ Livechat_offline_email: 'fixed@example.org' });
  });

  it('is for managers', async () => {
    const agent = await insertAgent(service);
    for (const client of [agent.api, outsider])
      expect((await client.get('livechat/appearance')).status).toBe(403);
    expect(
      (await agent.api.post('livechat/appearance', [{ _id: 'Livechat_title', value: 'x' }])).status,
    ).toBe(403);
  });
});

describe('livechat/triggers', () => {
  const hello = {
    name: 'Hello',
    description: 'Greets who looks around',
    enabled: true,
    runOnce: true,
    conditions: [{ name: 'time-on-site', value: '10' }],
    actions: [{ name: 'send-message', params: { sender: 'custom', msg: 'Can I help you?', name: 'Ann' } }],
  };
  const save = (trigger: object) => admin.post('livechat/triggers', { ...hello, ...trigger });
  const list = async (query: object = {}) => (await admin.get('livechat/triggers', { ...query })).body;
  const inWidget = async () => (await anyone.get('livechat/config')).body.config.triggers;

  it('are added, listed by name, changed and removed, and the widget gets those that are enabled', async () => {
    const empty = { conditions: [{ name: 'chat-opened-by-visitor', value: null }] };
    expect((await save({})).body).toEqual({ success: true });
    expect((await save({ ...empty, name: 'Again', _id: null })).body).toEqual({ success: true });
    const { triggers, ...paging } = await list();
    expect(paging).toMatchObject({ count: 2, offset: 0, total: 2 });
    expect(triggers).toMatchObject([{ name: 'Again', ...empty }, hello]);
    expect((await list({ count: 1, offset: 1 })).triggers).toMatchObject([{ name: 'Hello' }]);
    const [, { _id }] = triggers;
    expect((await save({ _id, enabled: false, name: 'Later' })).body).toEqual({ success: true });
    expect((await admin.get(`livechat/triggers/${_id}`)).body.trigger).toMatchObject({
      ...{ _id, name: 'Later', enabled: false, actions: hello.actions },
    });
    expect(await inWidget()).toEqual([expect.objectContaining(empty)]);
    for (const trigger of triggers)
      expect((await admin.delete(`livechat/triggers/${trigger._id}`)).body).toEqual({ success: true });
    expect(await list()).toMatchObject({ triggers: [], total: 0 });
    expect((await admin.get(`livechat/triggers/${_id}`)).body.trigger).toBeNull();
    expect((await admin.delete(`livechat/triggers/${_id}`)).status).toBe(200);
  });

  it('may ask a service, in which case that is kept', async () => {
    const params = { serviceUrl: 'https://x.example', serviceTimeout: 5_000, serviceFallbackMessage: 'Hi' };
    const actions = [{ name: 'use-external-service', params }];
    expect((await save({ actions })).status).toBe(200);
    const [trigger] = (await list()).triggers;
    expect(trigger.actions).toEqual(actions);
    await admin.delete(`livechat/triggers/${trigger._id}`);
  });

  it.each([
    ['one that is unknown', { _id: 'nowhere' }, 'Trigger not found'],
    ['an unknown condition', { conditions: [{ name: 'full-moon', value: '' }] }, /allowed values/],
    ['no condition', { conditions: [] }, /fewer than 1 items/],
    ['no action', { actions: [] }, /fewer than 1 items/],
    ['an operator', { name: { $ne: '' } }, /must be string/],
    [
      'an operator in an action',
      { actions: [{ name: 'send-message', params: { $where: 'x' } }] },
      /invalid-params/,
    ],
    [
      'an action of both kinds',
      { actions: [{ name: 'send-message', params: { serviceUrl: 'x' } }] },
      /oneOf/,
    ],
  ])('refuse %s', async (_what, wrong, error) => {
    const { status, body } = await save(wrong);
    expect(status).toBe(400);
    expect(body.error).toEqual(typeof error === 'string' ? error : expect.stringMatching(error));
    expect((await list()).total).toBe(0);
  });

  it('are for managers', async () => {
    const agent = await insertAgent(service);
    expect((await agent.api.get('livechat/triggers')).status).toBe(403);
    expect((await agent.api.post('livechat/triggers', hello)).status).toBe(403);
    expect((await agent.api.delete('livechat/triggers/x')).status).toBe(403);
    expect((await anyone.get('livechat/triggers/x')).status).toBe(401);
  });
});
