import { logIn } from '../../support/accounts.ts';
import { insertAgent, startChat } from '../../support/conversations.ts';
import { liveChatClient } from '../../support/livechat.ts';
import { adminUsername } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';

describe("LiveChat's visitors", () => {
  const { service, admin, anyone } = useService({ OVERWRITE_SETTING_Foyer_Timezone: 'Europe/Warsaw' });
  let key: string;
  const client = () => liveChatClient(() => service.app, `${adminUsername}@rocket.chat`, key);
  const view = (token: string, title = 'Hats') =>
    anyone.post('livechat/page.visited', {
      ...{ token, pageInfo: { change: 'url', title, location: { href: `https://shop.example/${title}` } } },
    });
  beforeAll(async () => {
    key = (await admin.post('users.generatePersonalAccessToken', { tokenName: 'crm' })).body.token;
    await insertAgent(service, { name: 'Bo Smith', emails: [{ address: 'bo@example.org', verified: true }] });
    await view('browsing-1');
    await view('browsing-1', 'Shoes');
    const { token } = await startChat(anyone, { name: 'Ann', email: 'ann@example.org' });
    await view(token);
  });

  it('are those who are on the site, with the pages of their visit', async () => {
    const { body } = await client().get('/visitors');
    expect(body).toHaveLength(2);
    expect(body[0]).toMatchObject({
      ...{ state: 'browsing', name: 'Visitor', group: 0, visits: 1, page_views: 2, chats: 0 },
      ...{ page_current: 'https://shop.example/Shoes', page_title: 'Shoes', chat_id: '' },
      operators: [{ id: '', display_name: '' }],
      visit_path: [{ title: 'Hats' }, { title: 'Shoes' }],
    });
    expect(body[0].id).toMatch(/^S\d{10}\.[0-9a-f]{10}$/);
    expect(body[0]).not.toHaveProperty('custom_variables');
  });

  it('tell of their chat and its agent while they are chatting', async () => {
    const [chatting] = (await client().get('/visitors?state=chatting')).body;
    expect(chatting).toMatchObject({
      ...{ state: 'chatting', name: 'Ann', chats: 1 },
      operators: [{ id: 'bo@example.org', display_name: 'Bo Smith' }],
      prechat_survey: [
        { key: 'Name:', value: 'Ann' },
        { key: 'E-mail:', value: 'ann@example.org' },
      ],
    });
    expect(chatting.chat_id).toMatch(/^[A-Z0-9]{10}$/);
  });

  it("tell times in the account's zone, and in seconds", async () => {
    const [{ page_entered, page_entered_ts }] = (await client().get('/visitors')).body;
    const inWarsaw = new Date(page_entered_ts * 1000).toLocaleString('sv-SE', { timeZone: 'Europe/Warsaw' });
    expect(page_entered).toBe(inWarsaw);
  });

  it.each([
    ['', 2],
    ['state=browsing', 1],
    ['state=online', 1],
    ['state=queued', 0],
    ['state=refused%20invitation', 0],
    ['state=refused+invitation', 0],
    ['group[]=0', 2],
    ['group%5B0%5D=0', 2],
    ['group=0', 2],
    ['group[]=0&group[]=7', 2],
    ['group[]=7', 0],
    ['group[]=7&state=chatting', 0],
  ])('are filtered by state and group: %s', async (query, number) => {
    expect((await client().get(`/visitors?${query}`)).body).toHaveLength(number);
    expect((await client().get(`/visitors?${query}&count=1`)).body).toEqual({ count: number });
  });

  it.each([
    'state=dancing',
    'state[]=browsing',
    'group[]=x',
    'group[]=1.5',
    'group[a][b]=1',
    'count=2',
    'count[]=1',
    'callback=alert(1)',
    'callback=a%0Ab',
  ])('refuse what is wrong: %s', async (query) => {
    const { status, body } = await client().get(`/visitors?${query}`);
    expect([status, body]).toEqual([400, { errors: [expect.any(String)] }]);
  });

  it('are where clients look for them', async () => {
    for (const path of ['/visitors/', '/v2/visitors', '/v2/visitors/'])
      expect((await client().get(path)).body).toHaveLength(2);
    for (const path of ['/visitors/chatting', '/v2/visitors/chatting'])
      expect((await client().get(path)).body).toMatchObject([{ state: 'chatting' }]);
  });

  it('are JSONP if a function is named, for pages of any origin', async () => {
    const answer = await client().get('/visitors?count=1&callback=app.show');
    expect(answer.text).toBe('app.show({"count":2})');
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(answer.headers['cross-origin-resource-policy']).toBe('cross-origin');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect((await client().get('/visitors?count=1&callback=')).body).toEqual({ count: 2 });
  });

  it('are for those who have a key and may see them', async () => {
    const noRights = { error: 'You have no rights to access this data. Check your API Key and/or username' };
    const strangers = [
      liveChatClient(() => service.app, `${adminUsername}@rocket.chat`, adminUsername),
      liveChatClient(() => service.app, 'somebody@example.org', key),
      liveChatClient(() => service.app, '', ''),
    ];
    for (const stranger of strangers) {
      const { status, body } = await stranger.get('/visitors');
      expect([status, body]).toEqual([401, noRights]);
    }
    const alone = (token: string) => client().get('/visitors?count=1', { Authorization: `Bearer ${token}` });
    expect((await alone(key)).body).toEqual({ count: 2 });
    const { authToken } = await logIn(service.app);
    for (const other of [authToken, 'x', '']) expect((await alone(other)).body).toEqual(noRights);
    expect((await client().get('/nothing')).status).toBe(404);
    expect((await strangers[0]?.get('/v2/nothing'))?.body).toEqual({ error: 'Not found' });
  });

  it('speak version 2 only', async () => {
    const { body } = await client().get('/visitors?count=1', { 'X-API-Version': '3' });
    expect(body).toEqual({ errors: ['X-API-Version must be 2'] });
  });
});
