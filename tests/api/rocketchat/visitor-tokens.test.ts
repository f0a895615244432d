import {
  type Agent,
  insertAgent,
  manualSelection,
  say,
  startChat,
  take,
  withSetting,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';

const { service, anyone, admin } = useService(manualSelection);

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

/** A chat that the agent has taken, in which something was said and seen. */
async function chatWith(by: Agent) {
  const chat = await startChat(anyone);
  const { token, rid } = chat;
  await take(by, rid);
  await say(anyone, token, rid, 'hello');
  const pageInfo = { change: 'url', title: 'Cart', location: { href: 'https://shop.example/' } };
  await anyone.post('livechat/page.visited', { token, rid, pageInfo });
  return { ...chat, visitorId: chat.visitor._id };
}
type Chat = Awaited<ReturnType<typeof chatWith>>;

/** Everything that shows an agent something of a visitor. */
const pathsOf = ({ rid, visitorId }: Pick<Chat, 'rid' | 'visitorId'>, by: Agent) => ({
  info: `livechat/visitors.info?visitorId=${visitorId}`,
  oldInfo: `livechat/visitor.info?visitorId=${visitorId}`,
  contact: `omnichannel/contact?contactId=${visitorId}`,
  inquiry: `livechat/inquiries.getOne?roomId=${rid}`,
  history: `livechat/visitors.chatHistory/room/${rid}/visitor/${visitorId}`,
  chats: `livechat/visitors.searchChats/room/${rid}/visitor/${visitorId}`,
  pages: `livechat/visitors.pagesVisited/${rid}`,
  oldPages: `livechat/visitors.pagesVisited?roomId=${rid}`,
  messages: `livechat/${rid}/messages`,
  rooms: `livechat/rooms?agents=${by._id}`,
  search: 'livechat/visitors.search?term=',
  suggestions: `livechat/visitors.autocomplete?selector=${encodeURIComponent('{"term":"A"}')}`,
});

/** The names of the answers that contain the visitor's token. */
async function answersWithToken(chat: Chat, api: Agent['api'] = agent.api): Promise<string[]> {
  const shown: string[] = [];
  for (const [name, path] of Object.entries(pathsOf(chat, agent))) {
    const { status, text } = await api.get(path);
    expect({ name, status }).toEqual({ name, status: 200 });
    if (text.includes(chat.token)) shown.push(name);
  }
  return shown;
}

const carriers = ['info', 'oldInfo', 'inquiry', 'history', 'chats', 'pages', 'oldPages', 'messages', 'rooms'];

describe("A visitor's token", () => {
  it('is shown to the agent who sits in a room of the visitor', async () => {
    expect(await answersWithToken(await chatWith(agent))).toEqual(carriers);
  });

  it('is shown to no agent once the room is closed, though they may go on reading it', async () => {
    const chat = await chatWith(agent);
    await anyone.post('livechat/room.close', { token: chat.token, rid: chat.rid });
    expect(await answersWithToken(chat)).toEqual([]);
    const { body } = await agent.api.get(pathsOf(chat, agent).history);
    expect(body.history[0]).toMatchObject({
      _id: chat.rid,
      v: { _id: chat.visitorId },
      lastMessage: { msg: expect.any(String) },
    });
  });

  it('is shown to managers', async () => {
    const chat = await chatWith(agent);
    await anyone.post('livechat/room.close', { token: chat.token, rid: chat.rid });
    expect(await answersWithToken(chat, admin)).toEqual(carriers.filter((name) => name !== 'inquiry'));
  });

  it('is shown to every agent by the setting', async () => {
    const chat = await chatWith(agent);
    await anyone.post('livechat/room.close', { token: chat.token, rid: chat.rid });
    await withSetting(admin, 'Foyer_Visitor_Token_For_Agents', true, async () => {
      expect(await answersWithToken(chat)).toEqual(carriers.filter((name) => name !== 'inquiry'));
    });
    expect(await answersWithToken(chat)).toEqual([]);
  });

  it('is not shown to an agent who could take the chat, until they take it', async () => {
    const { rid, token, visitor } = await startChat(anyone);
    await say(anyone, token, rid, 'hello');
    const paths = pathsOf({ rid, visitorId: visitor._id }, agent);
    const before = await agent.api.get(paths.inquiry);
    expect(before.body.inquiry).toMatchObject({
      rid,
      v: { _id: visitor._id },
      lastMessage: { msg: 'hello' },
    });
    expect(before.text).not.toContain(token);
    expect((await agent.api.get(paths.history)).text).not.toContain(token);
    await take(agent, rid);
    expect((await agent.api.get(paths.inquiry)).text).toContain(token);
  });

  it('is shown for each room on its own', async () => {
    const open = await chatWith(agent);
    const closed = await chatWith(agent);
    await anyone.post('livechat/room.close', { token: closed.token, rid: closed.rid });
    const { text } = await agent.api.get(`livechat/rooms?agents=${agent._id}`);
    expect(text).toContain(closed.rid);
    expect({ open: text.includes(open.token), closed: text.includes(closed.token) }).toEqual({
      open: true,
      closed: false,
    });
  });

  it('is not told by the order of rooms', async () => {
    for (const field of ['v.token', 'lastMessage.token', 'lastMessage.navigation']) {
      const query = { agents: [agent._id], sort: JSON.stringify({ [field]: 1 }) };
      const { status, body } = await agent.api.get('livechat/rooms', query);
      expect({ status, body }).toMatchObject({ status: 400, body: { errorType: 'error-invalid-sort' } });
    }
  });
});
