import { insertAgent, startChat } from '../../support/conversations.ts';
import { reveChatClient, reveError } from '../../support/reve-chat.ts';
import { useService } from '../../support/use-service.ts';

describe("REVE Chat's chats", () => {
  const { service, anyone, admin } = useService();
  const get = reveChatClient(() => service.app);
  const rooms: string[] = [];
  beforeAll(async () => {
    await insertAgent(service, { name: 'Bo Smith', emails: [{ address: 'bo@example.org', verified: true }] });
    for (let chat = 0; chat < 11; chat += 1) {
      const { rid } = await startChat(anyone, { name: `Visitor ${chat}`, email: `v${chat}@example.org` });
      rooms.push(rid);
    }
    const closed = await admin.post('livechat/room.closeByUser', { rid: rooms[0], comment: 'Bye' });
    expect(closed.status).toBe(200);
  });

  it('are ten a page, the newest first, each with its visitor and its agent', async () => {
    const first = (await get('chats')).body;
    const second = (await get('chats?page_no=2')).body;
    expect([first.length, second.length]).toEqual([10, 1]);
    expect(first[0]).toMatchObject({
      ...{ visitor_name: 'Visitor 10', visitor_email: 'v10@example.org', visitor_phone: '' },
      ...{
        agent_email: 'bo@example.org',
        agent_first_name: 'Bo',
        agent_last_name: 'Smith',
        is_missed: 0,
        chat_ended_by: 0,
        chat_started_by: 1,
      },
    });
    expect(second[0]).toMatchObject({ visitor_name: 'Visitor 0', chat_ended_by: 2 });
    expect(second[0].conversation_end_time).toBeGreaterThanOrEqual(second[0].conversation_start_time);
  });

  it('are told one by one by their number', async () => {
    const [item] = (await get('chats')).body;
    const { is_missed, ...rest } = item;
    expect((await get(`chats/${item.chat_id}`)).body).toEqual({ ...rest, is_missed_chat: is_missed });
  });

  it('are filtered by day and agent', async () => {
    const [{ agent_id }] = (await get('chats')).body;
    const today = new Date().toISOString().slice(0, 10);
    const count = async (query: string) => (await get(`chats?${query}`)).body.length;
    expect(await count(`date_from=${today}&date_to=${today}`)).toBe(10);
    expect(await count('date_to=2001-01-01')).toBe(0);
    expect(await count('date_from=2999-01-01')).toBe(0);
    expect(await count(`agent_id=${agent_id}`)).toBe(10);
    expect(await count('agent_id=1')).toBe(0);
    expect(await count('agent_email_id=BO@example.org')).toBe(10);
    expect(await count('agent_email_id=nobody@example.org')).toBe(0);
    expect(await count(`agent_id=${agent_id}&agent_email_id=nobody@example.org`)).toBe(0);
  });

  it.each([
    ['date_from=yesterday', '400 Invalid Date: yesterday. Please enter a valid Date.'],
    ['date_to=2023-02-31T', '400 Invalid Date: 2023-02-31T. Please enter a valid Date.'],
    ['date_from=2023-02-30', '400 Invalid Date: 2023-02-30. Please enter a valid Date.'],
    ['date_to=2023-13-01', '400 Invalid Date: 2023-13-01. Please enter a valid Date.'],
    ['agent_id=-1', '400 Invalid Agent Id: -1. Please enter a valid Agent Id.'],
  ])('refuse a wrong filter: %s', async (query, refusal) => {
    expect(reveError(await get(`chats?${query}`))).toBe(refusal);
  });

  it('tell of ratings and transfers', async () => {
    const { rid, token } = await startChat(anyone, { name: 'Rated' });
    await startChat(anyone, { name: 'Plain' });
    const other = await insertAgent(service, { name: 'Cy' });
    const forwarded = await admin.post('livechat/room.forward', { roomId: rid, userId: other._id });
    const data = [{ name: 'satisfaction', value: '4' }];
    const rated = await anyone.post('livechat/room.survey', { rid, token, data });
    expect([forwarded.status, rated.status]).toEqual([200, 200]);
    expect((await get('chats')).body).toMatchObject([
      { visitor_name: 'Plain', is_chat_transferred: 0, rating: 0 },
      { visitor_name: 'Rated', is_chat_transferred: 1, rating: 4 },
      ...Array.from({ length: 8 }, () => ({})),
    ]);
  });
});
