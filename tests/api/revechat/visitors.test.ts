import { insertAgent, startChat } from '../../support/conversations.ts';
import { reveChatClient } from '../../support/reve-chat.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor } from '../../support/visitors.ts';

const page = (href: string) => ({ change: 'url', title: 'Shoes', location: { href } });

describe("REVE Chat's visitors", () => {
  const { service, anyone, admin } = useService();
  const get = reveChatClient(() => service.app);
  const view = (token: string) =>
    anyone.post('livechat/page.visited', { token, pageInfo: page('https://shop.example/shoes') });

  it('are everyone who was ever on the site, ten a page, those who came last first', async () => {
    for (let visitor = 1; visitor <= 12; visitor += 1) await view(`token-${visitor}`);
    await anyone.post('livechat/visitor', {
      visitor: { token: 'token-12', name: 'Ann', email: 'ann@example.org', phone: '123456' },
    });
    const first = await get('visitors');
    expect(first.body).toHaveLength(10);
    expect(first.body[0]).toMatchObject({ name: 'Ann', email: 'ann@example.org', phone: '123456' });
    expect(first.body[1]).toMatchObject({ name: '', email: '', phone: '' });
    const second = await get('visitors?page_no=2');
    expect(second.body).toHaveLength(2);
    const all: { visitor_id: number; first_visit_time: number }[] = [...first.body, ...second.body];
    const ids = all.map(({ visitor_id }) => visitor_id);
    const times = all.map(({ first_visit_time }) => first_visit_time);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(new Set(ids).size).toBe(12);
  });

  it('show their visits and chats in detail', async () => {
    await insertAgent(service);
    const { token, rid } = await startChat(anyone, { name: 'Bea', email: 'bea@example.org' });
    await view(token);
    await view(token);
    const [{ visitor_id }] = (await get('visitors')).body;
    const before = (await get(`visitors/${visitor_id}`)).body;
    expect(before).toMatchObject({ visitor_id, total_chats: 1, total_chat_duration: 0, total_visits: 1 });
    expect(before.total_views).toBe(2);
    expect(before.visitor_records).toEqual([
      expect.objectContaining({ visitor_name: 'Bea', visitor_email: 'bea@example.org', visitor_phone: '' }),
    ]);
    expect((await admin.post('livechat/room.closeByUser', { rid, comment: 'Bye' })).status).toBe(200);
    const after = (await get(`visitors/${visitor_id}`)).body;
    expect(after.total_chat_duration).toBeGreaterThan(0);
    expect(after.last_chat_start_time).toBe(before.last_chat_start_time);
  });

  it('are somebody even if none of their visits is kept', async () => {
    const { _id } = await registerVisitor(anyone, { name: 'Cy', email: 'cy@example.org', phone: '7' });
    const [{ visitor_id }] = (await get('visitors')).body;
    const known = service.db.collection('foyer_visitor');
    await known.updateOne({ visitorId: _id }, { $unset: { visit: 1, presentUntil: 1 } });
    await collection(service.db, 'livechat_visitor').updateOne({ _id }, { $set: { ip: '192.0.2.7' } });
    expect((await get('visitors')).body[0]).toMatchObject({
      visitor_id,
      name: 'Cy',
      ip_address: '192.0.2.7',
    });
    const { visitor_records } = (await get(`visitors/${visitor_id}`)).body;
    expect(visitor_records).toEqual([
      expect.objectContaining({
        ...{ visitor_name: 'Cy', visitor_email: 'cy@example.org', visitor_phone: '7' },
        ...{ ip_address: '192.0.2.7', country: '', referrer_link: '' },
      }),
    ]);
  });
});
