import {
  createDepartment,
  insertAgent,
  openRoom,
  startChat,
  withSetting,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService();
const configOf = async (query: object = {}) => {
  const answer = await anyone.get('livechat/config', { ...query });
  expect(answer.status).toBe(200);
  return answer.body.config;
};
const triggers = () => service.db.collection<{ _id: string }>('rocketchat_livechat_trigger');

describe('the configuration of the widget', () => {
  it('is that of Rocket.Chat, on a new database', async () => {
    expect(await configOf()).toEqual({
      enabled: true,
      settings: {
        registrationForm: true,
        allowSwitchingDepartments: true,
        nameFieldRegistrationForm: true,
        emailFieldRegistrationForm: true,
        displayOfflineForm: true,
        videoCall: false,
        fileUpload: true,
        language: '',
        transcript: false,
        historyMonitorType: 'url',
        forceAcceptDataProcessingConsent: false,
        showConnecting: false,
        agentHiddenInfo: false,
        clearLocalStorageWhenChatEnded: false,
        limitTextLength: false,
        hiddenSystemMessages: [],
        livechatLogo: {},
        hideWatermark: false,
        visitorsCanCloseChat: true,
      },
      theme: {
        title: 'Rocket.Chat',
        color: '#C1272D',
        offlineTitle: 'Leave a message',
        offlineColor: '#666666',
        position: 'right',
        background: '',
        hideExpandChat: false,
      },
      messages: {
        offlineMessage: '',
        offlineSuccessMessage: '',
        offlineUnavailableMessage: '',
        conversationFinishedMessage: '',
        conversationFinishedText: '',
        transcriptMessage: '',
        registrationFormMessage: '',
        dataProcessingConsentText: '',
      },
      survey: {
        items: ['satisfaction', 'agentKnowledge', 'agentResposiveness', 'agentFriendliness'],
        values: ['1', '2', '3', '4', '5'],
      },
      triggers: [],
      departments: [],
      resources: {
        sound: expect.stringMatching(/^http:\/\/localhost:\d+\/livechat\/chime\.wav$/),
        emojis: [],
      },
      online: false,
      customFields: [],
    });
  });

  it('follows the settings', async () => {
    const { settings } = await configOf();
    expect(settings).toMatchObject({ limitTextLength: false, showConnecting: false });

    await withSetting(admin, 'Livechat_title', 'Hats & more', async () => {
      expect((await configOf()).theme.title).toBe('Hats & more');
    });
    await withSetting(admin, 'Livechat_Routing_Method', 'Manual_Selection', async () => {
      expect((await configOf()).settings.showConnecting).toBe(true);
    });
    for (const id of ['Livechat_fileupload_enabled', 'FileUpload_Enabled'])
      await withSetting(admin, id, false, async () => {
        expect((await configOf()).settings.fileUpload).toBe(false);
      });
    await withSetting(admin, 'Livechat_enable_message_character_limit', true, async () => {
      expect((await configOf()).settings.limitTextLength).toBe(5_000);
      await withSetting(admin, 'Livechat_message_character_limit', 140, async () => {
        expect((await configOf()).settings.limitTextLength).toBe(140);
      });
    });
  });

  it('is nothing that can be seen where livechat is disabled', () =>
    withSetting(admin, 'Livechat_enabled', false, async () => {
      const { token } = await registerVisitor(anyone);

      expect(await configOf({ token })).toEqual({
        enabled: false,
        online: false,
        settings: { displayOfflineForm: false },
        departments: [],
      });
    }));

  it('knows at once whether somebody is there', async () => {
    expect((await configOf()).online).toBe(false);
    const agent = await insertAgent(service);
    expect((await configOf()).online).toBe(true);
    await agent.api.post('livechat/agent.status', { status: 'not-available' });
    expect((await configOf()).online).toBe(false);

    await withSetting(admin, 'Livechat_accept_chats_with_no_agents', true, async () => {
      expect((await configOf()).online).toBe(true);
    });
  });

  it('knows whether somebody is there in a department, or in the one it falls back to', async () => {
    const [there, away] = [await insertAgent(service), await insertAgent(service, { status: 'offline' })];
    const staffed = await createDepartment(admin, [there]);
    const empty = await createDepartment(admin, [away]);
    const fallingBack = await createDepartment(admin, [away], { fallbackForwardDepartment: staffed });

    expect((await configOf({ department: staffed })).online).toBe(true);
    expect((await configOf({ department: empty })).online).toBe(false);
    expect((await configOf({ department: fallingBack })).online).toBe(true);
    expect((await configOf({ department: 'nowhere' })).online).toBe(false);
    await there.api.post('livechat/agent.status', { status: 'not-available' });
  });

  it('has the departments that are enabled and have agents', async () => {
    const agent = await insertAgent(service);
    const shown = await createDepartment(admin, [agent], { name: 'Hats', showOnRegistration: true });
    const disabled = await createDepartment(admin, [agent], { enabled: false });
    const empty = await createDepartment(admin, []);

    const { departments } = await configOf();

    expect(departments).toContainEqual({
      _id: shown,
      name: 'Hats',
      showOnRegistration: true,
      showOnOfflineForm: false,
    });
    const ids = departments.map(({ _id }: { _id: string }) => _id);
    expect(ids).not.toContain(disabled);
    expect(ids).not.toContain(empty);
  });

  it('has the public, visible fields of visitors, with their options apart', async () => {
    const save = async (field: string, given: object) => {
      const data = { field, label: field, scope: 'visitor', visibility: 'visible', public: true, ...given };
      const answer = await admin.post('livechat/custom-fields.save', {
        customFieldId: null,
        customFieldData: data,
      });
      expect(answer.status).toBe(200);
    };
    await save('size', { type: 'select', options: 's,m,l', required: true, defaultValue: 'm' });
    await save('address', { type: 'input', regexp: '^.+$' });
    await save('secret', { public: false });
    await save('hidden', { visibility: 'hidden' });
    await save('ofRoom', { scope: 'room' });

    const { customFields } = await configOf();

    expect(customFields).toHaveLength(2);
    expect(customFields).toEqual(
      expect.arrayContaining([
        {
          _id: 'size',
          label: 'size',
          type: 'select',
          options: ['s', 'm', 'l'],
          required: true,
          defaultValue: 'm',
        },
        {
          _id: 'address',
          label: 'address',
          type: 'input',
          regexp: '^.+$',
          required: false,
          defaultValue: null,
        },
      ]),
    );
  });

  it('has the triggers that are enabled, as far as the widget reads them', async () => {
    const parts = {
      runOnce: true,
      conditions: [{ name: 'time-on-site', value: 5 }],
      actions: [{ name: 'send-message', params: { sender: 'queue', msg: 'May I help?', name: '' } }],
    };
    await triggers().insertMany([
      { _id: 'on', enabled: true, name: 'Help', description: 'internal', ...parts } as { _id: string },
      { _id: 'off', enabled: false, ...parts } as { _id: string },
    ]);

    expect((await configOf()).triggers).toEqual([{ _id: 'on', ...parts }]);
    await triggers().deleteMany({ enabled: true });
  });
});

describe('the part of the configuration that is the visitor’s own', () => {
  it('is nothing for somebody who is unknown', async () => {
    const config = await configOf({ token: unique('token') });

    for (const part of ['guest', 'room', 'agent']) expect(config).not.toHaveProperty(part);
  });

  it('is who they are, their open room and its agent, and no room any more once it is closed', async () => {
    const agent = await insertAgent(service, { emails: [{ address: 'ann@example.org', verified: true }] });
    const visitor = await registerVisitor(anyone, { name: 'Vera', email: 'vera@example.org' });
    const { token } = visitor;
    expect(await configOf({ token })).not.toHaveProperty('room');
    const room = await openRoom(anyone, visitor);

    const config = await configOf({ token });

    expect(config.guest).toEqual({
      _id: visitor._id,
      token,
      username: visitor.username,
      name: 'Vera',
      visitorEmails: [{ address: 'vera@example.org' }],
    });
    const { _id, departmentId, servedBy } = room;
    expect(config.room).toEqual({ _id, departmentId, open: true, servedBy });
    expect(config.agent._id).toBe(room.servedBy?._id);
    await anyone.post('livechat/room.close', { token, rid: room._id });
    const afterwards = await configOf({ token });
    expect(afterwards.guest._id).toBe(visitor._id);
    expect(afterwards).not.toHaveProperty('room');
    expect(afterwards).not.toHaveProperty('agent');
    await agent.api.post('livechat/agent.status', { status: 'not-available' });
  });

  it('is never that of another visitor who asks at the same time', async () => {
    await insertAgent(service);
    const visitors = await Promise.all(Array.from({ length: 8 }, () => startChat(anyone)));

    const configs = await Promise.all(visitors.map(({ token }) => configOf({ token })));

    expect(configs.map(({ guest, room }) => [guest._id, room._id])).toEqual(
      visitors.map(({ visitor, rid }) => [visitor._id, rid]),
    );
  });
});
