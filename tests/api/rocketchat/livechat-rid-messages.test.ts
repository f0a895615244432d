import { type Agent, insertAgent, say, startChat } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { unique } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService();

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

const messagesOf = (rid: string, query: object = {}) => admin.get(`livechat/${rid}/messages`, { ...query });
const textsOf = ({ messages }: { messages: { msg: string }[] }) => messages.map(({ msg }) => msg);

describe('livechat/:rid/messages', () => {
  it('returns whole messages by people, newest first, and none by the system', async () => {
    const { rid, token, visitor } = await startChat(anyone, { name: 'Lu' });
    const said = await say(anyone, token, rid, 'Hello');
    const pageInfo = { change: 'url', title: 'Cart', location: { href: 'https://shop.example' } };
    await anyone.post('livechat/page.visited', { token, rid, pageInfo });
    const { status, body } = await messagesOf(rid);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['messages', 'offset', 'count', 'total', 'success']);
    expect(body).toEqual({ messages: [said], offset: 0, count: 50, total: 1, success: true });
    expect(said).toMatchObject({ rid, token, alias: 'Lu', u: { _id: visitor._id } });
  });

  it('reports the requested page size as its count', async () => {
    const { rid, token } = await startChat(anyone);
    for (const msg of ['one', 'two', 'three']) await say(anyone, token, rid, msg);
    const { body } = await messagesOf(rid, { count: 10, offset: 1 });
    expect(body).toMatchObject({ count: 10, offset: 1, total: 3 });
    expect(textsOf(body)).toEqual(['two', 'one']);
    const turned = (await messagesOf(rid, { count: 1, sort: '{"ts":1}' })).body;
    expect({ count: turned.count, texts: textsOf(turned) }).toEqual({ count: 1, texts: ['one'] });
    expect((await messagesOf(rid, { count: 500 })).body.count).toBe(100);
  });

  it('finds a part of a text, ignoring case and taking special characters literally', async () => {
    const { rid, token } = await startChat(anyone);
    for (const msg of ['My (blue) Parcel', 'is late']) await say(anyone, token, rid, msg);
    const find = async (searchTerm: string) => (await messagesOf(rid, { searchTerm })).body;
    expect(textsOf(await find('(BLUE) par'))).toEqual(['My (blue) Parcel']);
    expect(textsOf(await find('is late'))).toEqual(['is late']);
    expect(await find('b.ue')).toMatchObject({ messages: [], total: 0 });
    expect(await find('')).toMatchObject({ total: 2 });
  });

  it('ends with the closing comment', async () => {
    const { rid, token } = await startChat(anyone);
    await say(anyone, token, rid, 'Thanks');
    await admin.post('livechat/room.closeByUser', { rid, comment: 'Solved' });
    expect(textsOf((await messagesOf(rid)).body)).toEqual(['Solved', 'Thanks']);
  });

  it('is for whoever serves the room, or may see all rooms', async () => {
    const { rid, room } = await startChat(anyone);
    expect(room.servedBy?._id).toBe(agent._id);
    expect((await agent.api.get(`livechat/${rid}/messages`)).status).toBe(200);
    const stranger = await insertAgent(service, { statusLivechat: 'not-available' });
    const { status, body } = await stranger.api.get(`livechat/${rid}/messages`);
    expect({ status, error: body.error }).toEqual({ status: 400, error: 'not-allowed' });
  });

  it('is refused for an unknown room, and without a login or the permission', async () => {
    const { status, body } = await messagesOf(unique('room'));
    expect({ status, error: body.error }).toEqual({ status: 400, error: 'invalid-room' });
    const { rid } = await startChat(anyone);
    expect((await outsider.get(`livechat/${rid}/messages`)).status).toBe(403);
    expect((await anyone.get(`livechat/${rid}/messages`)).status).toBe(401);
  });
});
