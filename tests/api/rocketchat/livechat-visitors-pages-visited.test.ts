import { type Agent, insertAgent, openRoom, startChat, storedRoom } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService();

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

const view = async (token: string, title: string, rid?: string) => {
  const location = { href: `https://shop.example/${title}` };
  const pageInfo = { change: 'url', title, location };
  const { status } = await anyone.post('livechat/page.visited', { token, rid, pageInfo });
  expect(status).toBe(200);
};
const titlesOf = ({ pages }: { pages: { navigation: { page: { title: string } } }[] }) =>
  pages.map(({ navigation }) => navigation.page.title);

/** Asks by the path and by the query, which answer the same. */
async function pagesOf(rid: string, query: object = {}) {
  const byPath = await admin.get(`livechat/visitors.pagesVisited/${rid}`, { ...query });
  const byQuery = await admin.get('livechat/visitors.pagesVisited', { roomId: rid, ...query });
  const answerOf = ({ status, body: { stack: _, ...body } }: typeof byPath) => ({ status, body });
  expect(answerOf(byQuery)).toEqual(answerOf(byPath));
  return byPath;
}

describe('visitors.pagesVisited', () => {
  it("gives a room's page views whole, though they are hidden from its history", async () => {
    const { rid, token } = await startChat(anyone);
    await view(token, 'cart', rid);
    const { status, body } = await pagesOf(rid);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['pages', 'count', 'offset', 'total', 'success']);
    const location = { href: 'https://shop.example/cart' };
    const page = {
      _id: expect.any(String),
      t: 'livechat_navigation_history',
      rid,
      ts: expect.any(String),
      msg: 'cart - https://shop.example/cart',
      u: expect.objectContaining({ _id: 'rocket.cat' }),
      groupable: false,
      navigation: { page: { change: 'url', title: 'cart', location }, token },
      _hidden: true,
      _updatedAt: expect.any(String),
    };
    expect(body).toEqual({ pages: [page], count: 1, offset: 0, total: 1, success: true });
    const history = await anyone.get(`livechat/messages.history/${rid}`, { token });
    expect(history.body.messages.map(({ t }: { t?: string }) => t)).not.toContain(
      'livechat_navigation_history',
    );
  });

  it('returns them newest first, page by page, or in the requested order', async () => {
    const { rid, token } = await startChat(anyone);
    const titles = ['one', 'two', 'three', 'four'];
    for (const title of titles) await view(token, title, rid);
    const first = Date.now() - 10_000;
    // A moment of its own for each, however fast they came.
    for (const [index, title] of titles.entries()) {
      await collection(service.db, 'message').updateOne(
        { rid, 'navigation.page.title': title },
        { $set: { ts: new Date(first + index * 1_000) } },
      );
    }
    const { body } = await pagesOf(rid);
    expect(titlesOf(body)).toEqual(['four', 'three', 'two', 'one']);
    const second = (await pagesOf(rid, { count: 2, offset: 1 })).body;
    expect(second).toMatchObject({ count: 2, offset: 1, total: 4 });
    expect(titlesOf(second)).toEqual(['three', 'two']);
    expect(titlesOf((await pagesOf(rid, { sort: '{"ts":1}', count: 1 })).body)).toEqual(['one']);
    expect((await pagesOf(rid, { offset: 4 })).body).toMatchObject({ pages: [], count: 0, total: 4 });
  });

  it('shows what the visitor looked at before they had a room, but not in their later rooms', async () => {
    const { token } = await registerVisitor(anyone);
    await Promise.all(['home', 'shoes'].map((title) => view(token, title)));
    await view('somebody-else', 'elsewhere');
    const { _id: rid } = await openRoom(anyone, { token });
    await view(token, 'cart', rid);
    expect(titlesOf((await pagesOf(rid)).body).sort()).toEqual(['cart', 'home', 'shoes']);
    // They keep the date of their end, which is no date to the database.
    const adopted = await collection(service.db, 'message').findOne({ rid, 'navigation.page.title': 'home' });
    expect(adopted?.expireAt).toEqual(expect.any(Number));

    expect((await anyone.post('livechat/room.close', { token, rid })).status).toBe(200);
    await view(token, 'return');
    const { _id: next } = await openRoom(anyone, { token });
    expect(titlesOf((await pagesOf(next)).body)).toEqual(['return']);
    expect((await pagesOf(rid)).body.total).toBe(3);
  });

  it('returns nothing but page views from a room', async () => {
    const { rid, token } = await startChat(anyone);
    await anyone.post('livechat/message', { token, rid, msg: 'hello' });
    expect((await pagesOf(rid)).body).toEqual({ pages: [], count: 0, offset: 0, total: 0, success: true });
  });

  it('counts views in their room, hidden or not', async () => {
    const { rid, token } = await startChat(anyone);
    const before = (await storedRoom(service.db, rid)).msgs ?? 0;
    await Promise.all([1, 2, 3].map((page) => view(token, `page-${page}`, rid)));
    expect((await storedRoom(service.db, rid)).msgs).toBe(before + 3);
  });

  it('is for those who may read the room', async () => {
    const { rid, token } = await startChat(anyone);
    await view(token, 'cart', rid);
    const stranger = await insertAgent(service, { statusLivechat: 'not-available' });
    expect((await storedRoom(service.db, rid)).servedBy?._id).toBe(agent._id);
    for (const path of [`/${rid}`, `?roomId=${rid}`]) {
      const url = `livechat/visitors.pagesVisited${path}`;
      expect((await agent.api.get(url)).body.total).toBe(1);
      expect(await stranger.api.get(url)).toMatchObject({
        status: 400,
        body: { success: false, error: 'error-not-allowed' },
      });
    }
  });

  it('is refused without a login or the permission', async () => {
    const { rid } = await startChat(anyone);
    for (const path of [`/${rid}`, `?roomId=${rid}`]) {
      const url = `livechat/visitors.pagesVisited${path}`;
      const { status, body, headers } = await outsider.get(url);
      expect({ status, body, type: headers['content-type'] }).toEqual({
        status: 403,
        body: {
          success: false,
          error: 'User does not have the permissions required for this action [error-unauthorized]',
        },
        type: 'application/json',
      });
      expect((await anyone.get(url)).status).toBe(401);
    }
  });

  it('is refused for an unknown room, and without any', async () => {
    expect(await pagesOf(unique('room'))).toMatchObject({
      status: 400,
      body: { success: false, error: 'invalid-room' },
    });
    expect((await admin.get('livechat/visitors.pagesVisited')).body).toMatchObject({
      success: false,
      error: "must have required property 'roomId' [invalid-params]",
    });
  });

  it('refuses an invalid order, and unknown parameters', async () => {
    const { rid } = await startChat(anyone);
    expect((await pagesOf(rid, { sort: '{"ts":"up"}' })).body).toMatchObject({
      errorType: 'error-invalid-sort',
      error: 'Invalid sort parameter provided: "{"ts":"up"}" [error-invalid-sort]',
    });
    expect((await pagesOf(rid, { fields: '{}' })).body.error).toBe(
      'must NOT have additional properties [invalid-params]',
    );
    expect((await pagesOf(rid, { count: 'abc' })).body.error).toBe('must be number [invalid-params]');
  });
});
