import { type ApiClient, apiClient } from '../../support/client.ts';
import { startTestService, type TestService } from '../../support/service.ts';

const location = { href: 'https://shop.example/cart' };
const visit = (more: object = {}) => ({
  token: 'visitor-1',
  pageInfo: { change: 'url', title: 'Cart', location },
  ...more,
});

describe('POST livechat/page.visited', () => {
  const now = new Date('2026-03-01T10:00:00.123Z');
  let service: TestService;
  let client: ApiClient;
  beforeAll(async () => {
    service = await startTestService({}, { clock: () => now });
    client = apiClient(service.app);
  });
  afterAll(() => service.stop());
  const messagesOf = (token: string) =>
    service.db.collection('rocketchat_message').find({ 'navigation.token': token }).toArray();

  it('answers with exactly what it recorded, in the order in which it was sent', async () => {
    const answer = await client.post('livechat/page.visited', visit({ token: 'exact' }));
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(
      '{"page":{"msg":"Cart - https://shop.example/cart","navigation":{"page":{"change":"url","title":"Cart",' +
        '"location":{"href":"https://shop.example/cart"}},"token":"exact"}},"success":true}',
    );
  });

  it("stores a hidden message of rocket.cat's without a room, with Rocket.Chat's number as its expiry", async () => {
    await client.post('livechat/page.visited', visit({ token: 'roomless' }));
    const [message, ...others] = await messagesOf('roomless');
    expect(others).toEqual([]);
    expect(message).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      t: 'livechat_navigation_history',
      ts: now,
      msg: 'Cart - https://shop.example/cart',
      u: { _id: 'rocket.cat', username: 'rocket.cat', name: 'Rocket.Cat' },
      groupable: false,
      navigation: { page: visit().pageInfo, token: 'roomless' },
      expireAt: now.getTime() + 2_592_000_000,
      _hidden: true,
      _updatedAt: now,
    });
  });

  it('counts the views of a room among its messages, many at a time', async () => {
    const rooms = service.db.collection<{ _id: string; [field: string]: unknown }>('rocketchat_room');
    const mine = { t: 'l', v: { _id: 'me', token: 'counted' } };
    await rooms.insertMany([
      { _id: 'room-1', msgs: 1, ...mine },
      { _id: 'room-2', msgs: 5, ...mine },
    ]);
    const views = Array.from({ length: 20 }, (_, i) =>
      client.post('livechat/page.visited', visit({ token: 'counted', rid: i % 2 ? 'room-1' : 'room-2' })),
    );
    for (const answer of await Promise.all(views)) expect(answer.status).toBe(200);
    expect(await rooms.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'room-1', msgs: 11, ...mine, _updatedAt: now },
      { _id: 'room-2', msgs: 15, ...mine, _updatedAt: now },
    ]);
    const stored = await messagesOf('counted');
    expect(stored).toHaveLength(20);
    for (const message of stored) expect(message).not.toHaveProperty('expireAt');
  });

  it('accepts a room and a token that do not exist, and null for no room; the view then has none', async () => {
    const answer = await client.post('livechat/page.visited', visit({ token: 'unknown', rid: 'test' }));
    expect(answer.body.page.msg).toBe('Cart - https://shop.example/cart');
    const [stored] = await messagesOf('unknown');
    expect(stored).not.toHaveProperty('rid');
    expect(stored?.expireAt).toBe(now.getTime() + 2_592_000_000);
    await client.post('livechat/page.visited', visit({ token: 'no-room', rid: null }));
    expect((await messagesOf('no-room'))[0]).not.toHaveProperty('rid');
  });

  it('records only the kind of change that the setting names', async () => {
    const titleChange = { change: 'title', title: 'Cart', location };
    const answer = await client.post(
      'livechat/page.visited',
      visit({ token: 'title', pageInfo: titleChange }),
    );
    expect(answer.text).toBe('{"success":true}');
    expect(await messagesOf('title')).toEqual([]);
  });

  it('shows views in the conversation if the setting says so', async () => {
    const open = await startTestService({
      OVERWRITE_SETTING_Livechat_Visitor_navigation_as_a_message: 'true',
    });
    try {
      await apiClient(open.app).post('livechat/page.visited', visit());
      expect(await open.db.collection('rocketchat_message').findOne({})).not.toHaveProperty('_hidden');
    } finally {
      await open.stop();
    }
  });

  it('accepts an empty title, and converts numbers to text', async () => {
    const pageInfo = { change: 'url', title: '', location: { href: 5 } };
    const answer = await client.post('livechat/page.visited', visit({ token: 7, pageInfo }));
    expect(answer.body.page).toEqual({
      msg: ' - 5',
      navigation: { page: { change: 'url', title: '', location: { href: '5' } }, token: '7' },
    });
  });

  it.each([
    [{}, "must have required property 'token'"],
    [{ token: 't' }, "must have required property 'pageInfo'"],
    [{ token: 't', pageInfo: {} }, "must have required property 'title'"],
    [visit({ rid: {} }), 'must be string'],
    [visit({ more: 1 }), 'must NOT have additional properties'],
    [visit({ pageInfo: { ...visit().pageInfo, more: 1 } }), 'must NOT have additional properties'],
    [
      visit({ pageInfo: { change: 'url', title: 'x', location: { href: 'x', more: 1 } } }),
      'must NOT have additional properties',
    ],
  ])('refuses %j', async (body, message) => {
    const answer = await client.post('livechat/page.visited', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      success: false,
      error: `${message} [invalid-params]`,
      errorType: 'invalid-params',
    });
  });

  it('says so if there is no rocket.cat to be the author', async () => {
    const bare = await startTestService();
    try {
      await bare.db.collection<{ _id: string }>('users').deleteOne({ _id: 'rocket.cat' });
      const answer = await apiClient(bare.app).post('livechat/page.visited', visit());
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ success: false, error: 'error-invalid-user' });
      expect(answer.body).not.toHaveProperty('errorType');
    } finally {
      await bare.stop();
    }
  });

  it('fails only the view that the database refuses, not those written along with it', async () => {
    const view = (id: string) => ({
      _id: id,
      t: 'livechat_navigation_history' as const,
      msg: '',
      ts: now,
      u: { _id: 'rocket.cat' },
      navigation: { page: visit().pageInfo, token: 'neighbours' },
    });
    const ids = ['one', 'twice', 'two', 'twice', 'three'];
    const outcomes = await Promise.allSettled(
      ids.map((id) => service.deps.pageViews.append({ view: view(id) })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await messagesOf('neighbours')).toHaveLength(4);
  });

  it('stores what is waiting when the service stops', async () => {
    const mongoUrl = service.mongoUrl;
    const other = await startTestService({ MONGO_URL: mongoUrl });
    const author = { _id: 'rocket.cat' };
    const view = { _id: 'waiting', t: 'livechat_navigation_history', msg: '', ts: now, u: author } as const;
    const navigation = { page: visit().pageInfo, token: 'stopping' };
    const stored = other.deps.pageViews.append({ view: { ...view, navigation } });
    await other.stop();
    await stored;
    expect(await messagesOf('stopping')).toHaveLength(1);
  });
});
