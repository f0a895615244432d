import { clientOf } from '../../support/accounts.ts';
import { type ApiClient, errorOf } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { rocketChatUser, storeUsers } from '../../support/users.ts';

describe('settings', () => {
  let service: TestService;
  let admin: ApiClient;
  const collection = () =>
    service.db.collection<{ _id: string; value: unknown; hidden?: boolean; blocked?: boolean }>(
      'rocketchat_settings',
    );
  const read = async (id: string) => (await admin.get(`settings/${id}`)).body.value;
  const nothing = '{"success":false}';

  beforeAll(async () => {
    service = await startTestService({
      OVERWRITE_SETTING_API_Default_Count: '7',
      OVERWRITE_SETTING_Livechat_http_timeout: '9000',
      OVERWRITE_SETTING_Site_Name: 'Overridden',
    });
    await storeUsers(service.db, rocketChatUser('ann'));
    admin = await clientOf(service.app);
    await collection().insertMany([
      { _id: 'Site_Name', value: 'Stored' },
      { _id: 'Site_Url', value: 'https://example.org' },
      { _id: 'Secret', value: 'hidden', hidden: true },
      { _id: 'Blocked', value: 1, blocked: true },
      { _id: 'Livechat_enabled', value: true, hidden: true },
      { _id: 'Accounts_Lists', value: ['a'] },
      { _id: 'Assets_logo', value: { defaultUrl: 'images/logo.svg' } },
    ]);
  });
  afterAll(() => service.stop());

  it('are served with Rocket.Chat’s default until somebody sets them', async () => {
    const answer = await admin.get('settings/Livechat_Routing_Method');
    expect(answer.text).toBe('{"_id":"Livechat_Routing_Method","value":"Auto_Selection","success":true}');
  });

  it('exist on a fresh database, in Rocket.Chat’s types, whether the service obeys them or not', async () => {
    for (const [id, value] of [
      ['Livechat_title', 'Rocket.Chat'],
      ['Omnichannel_enable_department_removal', false],
      ['Livechat_visitor_inactivity_timeout', 3600],
      ['FileUpload_Enabled', true],
    ])
      expect((await admin.get(`settings/${id}`)).body).toEqual({ _id: id, value, success: true });
    expect((await admin.post('settings/Livechat_title', { value: 5 })).status).toBe(400);
    expect((await admin.post('settings/Livechat_title_color', { value: '#123456' })).status).toBe(200);
    expect(await read('Livechat_title_color')).toBe('#123456');
    expect(await collection().findOne({ _id: 'Livechat_title_color' })).toMatchObject({
      value: '#123456',
      packageValue: '#C1272D',
      type: 'color',
    });
  });

  it('that are numbers may be given as text, and have their bounds', async () => {
    const id = 'Accounts_Default_User_Preferences_masterVolume';
    const change = (value: unknown) => errorOf(admin.post(`settings/${id}`, { value }));
    expect(await change('-1')).toBe(
      `400 Value for setting ${id} must be greater than or equal to 0 [error-invalid-setting-value]`,
    );
    expect(await change(101)).toBe(
      `400 Value for setting ${id} must be less than or equal to 100 [error-invalid-setting-value]`,
    );
    expect(await change('loud')).toBe('400 The value must be of type number [error-invalid-setting-value]');
    expect(await change('40')).toBe('200 undefined');
    expect(await read(id)).toBe(40);
  });

  it('change with the next request', async () => {
    const answer = await admin.post('settings/Livechat_Routing_Method', { value: 'Manual_Selection' });
    expect(answer.text).toBe('{"success":true}');
    expect(await read('Livechat_Routing_Method')).toBe('Manual_Selection');
    expect(service.deps.settings.get('Livechat_Routing_Method')).toBe('Manual_Selection');
  });

  it('are stored in Rocket.Chat’s form', async () => {
    await admin.post('settings/Accounts_LoginExpiration', { value: 30 });
    expect(await collection().findOne({ _id: 'Accounts_LoginExpiration' })).toMatchObject({
      value: 30,
      packageValue: 90,
      type: 'int',
      hidden: false,
      blocked: false,
      createdAt: expect.any(Date),
      _updatedAt: expect.any(Date),
    });
  });

  it('with several choices are lists', async () => {
    const id = 'Hide_System_Messages';
    expect(await read(id)).toEqual([]);
    expect((await admin.post(`settings/${id}`, { value: 'uj' })).status).toBe(400);
    expect((await admin.post(`settings/${id}`, { value: ['uj', 'ul'] })).text).toBe('{"success":true}');
    expect(await read(id)).toEqual(['uj', 'ul']);
    expect(await collection().findOne({ _id: id })).toMatchObject({
      value: ['uj', 'ul'],
      type: 'multiSelect',
    });
    expect(service.deps.settings.get(id)).toEqual(['uj', 'ul']);
  });

  it('are served and changed even if the service itself does not read them', async () => {
    expect(await read('Site_Url')).toBe('https://example.org');
    expect((await admin.post('settings/Site_Url', { value: 'https://example.com' })).status).toBe(200);
    expect(await read('Site_Url')).toBe('https://example.com');
    await admin.post('settings/Assets_logo', { value: { url: 'logo.png' } });
    expect(await read('Assets_logo')).toEqual({ url: 'logo.png' });
  });

  it('that are unknown or hidden do not exist', async () => {
    for (const id of ['No_Such_Setting', 'Secret', 'Livechat_enabled', 'constructor', '__proto__']) {
      const answer = await admin.get(`settings/${id}`);
      expect(answer.status).toBe(400);
      expect(answer.text).toBe(nothing);
      const change = await admin.post(`settings/${id}`, { value: id === 'Livechat_enabled' ? false : 'x' });
      expect(change.status).toBe(400);
      expect(change.text).toBe(nothing);
    }
    expect(await collection().countDocuments({ _id: { $in: ['No_Such_Setting', 'constructor'] } })).toBe(0);
    expect((await collection().findOne({ _id: 'Livechat_enabled' }))?.value).toBe(true);
  });

  it('that are blocked are served but cannot be changed', async () => {
    expect(await read('Blocked')).toBe(1);
    expect((await admin.post('settings/Blocked', { value: 2 })).text).toBe(nothing);
    expect(await read('Blocked')).toBe(1);
  });

  it('from the environment take precedence, and cannot be changed', async () => {
    expect(await read('API_Default_Count')).toBe(7);
    expect(await read('Livechat_http_timeout')).toBe(9000);
    expect(await read('Site_Name')).toBe('Overridden');
    expect((await admin.post('settings/API_Default_Count', { value: 9 })).text).toBe(nothing);
    expect(service.deps.settings.get('API_Default_Count')).toBe(7);
  });

  it.each([
    ['text for a number', 'Accounts_LoginExpiration', 'ninety'],
    ['a number for a choice', 'Message_AllowEditing', 1],
    ['an operator', 'Livechat_Routing_Method', { $gt: '' }],
    ['an array', 'Livechat_Routing_Method', ['Manual_Selection']],
    ['null', 'Livechat_Routing_Method', null],
    ['null for an object of the workspace', 'Assets_logo', null],
    ['an object for a list of the workspace', 'Accounts_Lists', { $gt: '' }],
    ['an operator for text of the workspace', 'Site_Url', { $ne: 1 }],
  ])('refuse %s', async (_what, id, value) => {
    const before = await read(id);
    const answer = await admin.post(`settings/${id}`, { value });
    expect(answer.status).toBe(400);
    expect(answer.body.success).toBe(false);
    expect(await read(id)).toEqual(before);
  });

  it('need a value', async () => {
    const answer = await admin.post('settings/Site_Url', {});
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe("must have required property 'value'");
  });

  it('are for those with the permission', async () => {
    const ann = await clientOf(service.app, 'ann');
    expect((await ann.get('settings/Site_Url')).status).toBe(403);
    expect((await ann.post('settings/Site_Url', { value: '' })).status).toBe(403);
  });
});
