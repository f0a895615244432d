import request from 'supertest';
import { createDepartment, insertAgent, say, startChat, storedRoom } from '../../support/conversations.ts';
import { type LiveChatClient, liveChatClient } from '../../support/livechat.ts';
import { adminUsername } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import { collection } from '../../support/visitors.ts';

describe("LiveChat's chats", () => {
  let now = new Date('2026-03-08T12:00:00Z');
  const { service, anyone, admin } = useService(
    { OVERWRITE_SETTING_Foyer_Timezone: 'America/New_York' },
    { clock: () => now },
  );
  let client: LiveChatClient;
  const chats: Record<string, { rid: string; id: string; liveChatId: string }> = {};

  async function chat(
    name: string,
    at: string,
    given: { department?: string; said?: string; tags?: string[] },
  ) {
    now = new Date(at);
    const { department, said = 'Hello', tags = [] } = given;
    const { rid, token } = await startChat(anyone, { name, ...(department && { department }) });
    await say(anyone, token, rid, said);
    const record = await service.deps.visitorRecords.findByToken(token);
    chats[name] = { rid, id: '', liveChatId: record?.liveChatId ?? '' };
    const closing = { rid, comment: 'Bye', tags };
    if (name !== 'Open') expect((await admin.post('livechat/room.closeByUser', closing)).status).toBe(200);
  }
  const found = async (query: string): Promise<string[]> => {
    const { status, body } = await client.get(`/chats?${query}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    expect(body.total).toBe(body.chats.length);
    return body.chats.map(({ visitor_name }: { visitor_name: string }) => visitor_name);
  };
  const moveTo = (name: string, place: object) =>
    service.db
      .collection('foyer_visitor')
      .updateOne({ liveChatId: chats[name]?.liveChatId }, { $set: { 'visit.place': place } });
  const mark = (goal: string, body: object | string) =>
    client.post(`/goals/${goal}/mark_as_successful`, body);

  beforeAll(async () => {
    const { token } = (await admin.post('users.generatePersonalAccessToken', { tokenName: 'crm' })).body;
    client = liveChatClient(() => service.app, adminUsername, token);
    const emails = [{ address: 'bo@example.org', verified: true }];
    const bo = await insertAgent(service, { username: 'bo', name: 'Bo', emails });
    const department = await createDepartment(admin, [bo]);
    await client.get('/groups');
    await chat('Early', '2026-03-07T04:30:00Z', {});
    await chat('Night', '2026-03-09T03:30:00Z', { department, tags: ['sale'] });
    await chat('Later', '2026-03-10T12:00:00Z', { said: 'Is it blue?' });
    await chat('Open', '2026-03-11T12:00:00Z', {});
  });

  it.each([
    ['', ['Later', 'Night', 'Early']],
    ['include_pending=1', ['Open', 'Later', 'Night', 'Early']],
    // Where the account is, it is still the 6th of March when the first begins, and the 8th at the second.
    ['date_from=2026-03-07', ['Later', 'Night']],
    ['date_to=2026-03-08', ['Night', 'Early']],
    ['date_from=2026-03-08&date_to=2026-03-08', ['Night']],
    ['date_from=2026-03-09&timezone=UTC', ['Later', 'Night']],
    ['date_to=2026-03-07&timezone=Europe/Warsaw', ['Early']],
    ['group=1', ['Night']],
    ['group[]=0', ['Later', 'Early']],
    ['group=77', []],
    ['agent=bo@example.org', ['Later', 'Night', 'Early']],
    ['agent=bo&tagged=1', ['Night']],
    ['agent=nobody', []],
    ['tag[]=sale&tag[]=other', ['Night']],
    ['tag=other', []],
    ['tagged=0', ['Later', 'Early']],
    ['query=blue', ['Later']],
    ['query=nIgHt', ['Night']],
    ['query=.*', []],
    ['query=%00', []],
    ['query=blue&date_to=2026-03-08', []],
    ['rate=rated', []],
    ['rate=not_rated', ['Later', 'Night', 'Early']],
    ['comment=1', []],
    ['visitor_id=S1.0000000000', []],
  ])('are filtered: %s', async (query, names) => {
    expect(await found(query)).toEqual(names);
  });

  it('are filtered by visitor, and by what visitors thought of the service', async () => {
    expect(await found(`visitor_id=${chats.Night?.liveChatId}`)).toEqual(['Night']);
    const change = { $set: { surveyFeedback: { satisfaction: '5', additionalFeedback: 'Nice' } } };
    await collection(service.db, 'room').updateOne({ _id: chats.Early?.rid ?? '' }, change);
    for (const query of ['rate=rated', 'rate=rated_good', 'comment=1'])
      expect(await found(query)).toEqual(['Early']);
    expect(await found('rate=rated_bad')).toEqual([]);
    const { body } = await client.get('/chats?rate=rated_good');
    expect(body.chats[0].rate).toBe('rated_good');
  });

  it.each([
    ['city=Rome', ['Later', 'Early']],
    ['city=rome', []],
    ['country=Italy', ['Later', 'Night', 'Early']],
    ['country=Italy&region=Lombardy', ['Night']],
    ['country=Italy&region=Lombardy&city=Rome', []],
    ['city=Rome&query=blue', ['Later']],
    ['city=Rome&date_to=2026-03-08', ['Early']],
    ['city=Rome&include_pending=1', ['Open', 'Later', 'Early']],
  ])('are filtered by where their visitors are: %s', async (query, names) => {
    const rome = { country: 'Italy', region: 'Lazio', city: 'Rome' };
    const milan = { country: 'Italy', region: 'Lombardy', city: 'Milan' };
    for (const [name, place] of Object.entries({ Early: rome, Night: milan, Later: rome, Open: rome }))
      await moveTo(name, place);
    expect(await found(query)).toEqual(names);
    const ofEarly = await found(`visitor_id=${chats.Early?.liveChatId}&${query}`);
    expect(ofEarly).toEqual(names.filter((name) => name === 'Early'));
  });

  it('are filtered by whether their visitors had to wait, and say how long', async () => {
    const { rid = '' } = chats.Night ?? {};
    const { queuedAt } = await storedRoom(service.db, rid);
    const servedAt = new Date(Number(queuedAt) + 20_900);
    await collection(service.db, 'room').updateOne({ _id: rid }, { $set: { 'servedBy.ts': servedAt } });
    expect(await found('queued=1')).toEqual(['Night']);
    expect(await found('queued=0')).toEqual(['Later', 'Early']);
    const { body } = await client.get('/chats');
    expect(body.chats.map(({ queue }: { queue?: object }) => queue)).toEqual([
      undefined,
      { duration: 20 },
      undefined,
    ]);
    await collection(service.db, 'room').updateOne({ _id: rid }, { $set: { queuedAt: 'long ago' } });
    expect(await found('queued=1')).toEqual([]);
    await collection(service.db, 'room').updateOne({ _id: rid }, { $set: { queuedAt } });
  });

  it('show what the site says of their visitors, and what was said as events', async () => {
    const customVariables = [{ key: 'plan', value: 'gold' }];
    const { liveChatId = '' } = chats.Later ?? {};
    await service.db.collection('foyer_visitor').updateOne({ liveChatId }, { $set: { customVariables } });
    const { body } = await client.get('/chats');
    const [later, night] = body.chats;
    expect(later.custom_variables).toEqual(customVariables);
    expect(night).not.toHaveProperty('custom_variables');
    expect(later.events).toEqual([
      ...later.messages.map((message: object) => ({ ...message, type: 'message' })),
      {
        ...{ type: 'event', user_type: 'agent', text: `${adminUsername} closed the chat.` },
        ...{ date: later.ended, timestamp: later.ended_timestamp },
      },
    ]);
    expect(later.events[0].text).toBe('Is it blue?');
    expect(later.prechat_survey).toEqual([{ id: 'name', key: 'Name:', value: 'Later' }]);
  });

  it('show files that were sent, and who left', async () => {
    const { rid, token } = await startChat(anyone, { name: 'Mary' });
    const uploaded = await request(service.app)
      .post(`/api/v1/livechat/upload/${rid}`)
      .set('x-visitor-token', token)
      .attach('file', Buffer.from('hello'), { filename: 'a b.txt', contentType: 'text/plain' });
    expect(uploaded.status).toBe(200);
    expect((await anyone.post('livechat/room.close', { rid, token })).status).toBe(200);
    const [{ events }] = (await client.get('/chats?query=Mary')).body.chats;
    expect(events).toMatchObject([
      {
        ...{ type: 'attachment', user_type: 'visitor', text: 'Mary uploaded the attachment.' },
        files: [expect.stringMatching(/^http:\/\/[^/]+\/file-upload\/\w+\/a%20b\.txt$/)],
      },
      { type: 'message', text: 'Closed by visitor' },
      { type: 'event', user_type: 'visitor', text: 'Mary closed the chat.' },
    ]);
    await collection(service.db, 'room').deleteOne({ _id: rid });
  });

  it.each([
    ...['date_from=soon', 'date_to=2026-02-30', 'date_from[]=2026-01-01', 'timezone=Mars/Base', 'group=x'],
    ...['goal=0', 'goal=-14', 'goal=1.5', 'goal=abc', 'goal=9223372036854775808', 'has_goal=2', 'tagged=yes'],
    ...[
      'rate=5',
      'tag[a][b]=1',
      'group=1&group=2',
      `city=${'x'.repeat(1025)}`,
      'country[]=Italy',
      'queued=yes',
      `query=${'x'.repeat(1025)}`,
      'page=0',
    ],
  ])('refuse %s', async (query) => {
    const { status, body } = await client.get(`/chats?${query}`);
    expect([status, body.errors]).toEqual([400, [expect.any(String)]]);
  });

  it('are shown one by one, too, with their id', async () => {
    const { body } = await client.get('/chats?include_pending=1');
    for (const chat of body.chats) expect((await client.get(`/chats/${chat.id}`)).body).toEqual(chat);
    const { text } = await client.get(`/chats/${body.chats[0].id}?callback=show`);
    expect(text.startsWith('show({"type":"chat"')).toBe(true);
    expect((await client.get('/chats/AAAAAAAAAA')).status).toBe(404);
    for (const id of ['0', '-14', 'mh022rd0k5', 'MH022RD0K55', '$ne'])
      expect((await client.get(`/chats/${id}`)).status).toBe(400);
  });

  it('are an agent only their own, whoever they ask for', async () => {
    const cem = await insertAgent(service, { username: 'cem' });
    const { token } = (await cem.api.post('users.generatePersonalAccessToken', { tokenName: 'x' })).body;
    const own = liveChatClient(() => service.app, 'cem', token);
    for (const query of ['', '?agent=bo', '?query=blue'])
      expect((await own.get(`/chats${query}`)).body.total).toBe(0);
    const [{ id }] = (await client.get('/chats')).body.chats;
    expect((await own.get(`/chats/${id}`)).status).toBe(404);
  });

  it('are mailed to an address, once however often that is asked for', async () => {
    const [{ id }] = (await client.get('/chats')).body.chats;
    const path = `/chats/${id}/send_transcript`;
    const mailed = { result: 'E-mail has been sent to ann@example.org.' };
    for (const body of ['to=ann%40example.org', { to: 'ann@example.org' }])
      expect((await client.post(path, body)).body).toEqual(mailed);
    const deliveries = service.db.collection('foyer_delivery');
    const mails = await deliveries.find({ 'content.about': chats.Later?.rid }).toArray();
    expect(mails.map(({ content }) => [content.mail.to, content.mail.text])).toEqual([
      ['ann@example.org', expect.stringContaining('Is it blue?')],
    ]);
    for (const to of ['ann', '', ['ann@example.org'], { $ne: '' }, `${'x'.repeat(320)}@example.org`])
      expect((await client.post(path, { to })).status).toBe(400);
    expect((await client.post('/chats/AAAAAAAAAA/send_transcript', { to: 'ann@example.org' })).status).toBe(
      404,
    );
    expect((await client.post('/chats/0/send_transcript', { to: 'ann@example.org' })).status).toBe(400);
  });

  describe('and the goals that were reached in them', () => {
    it('are told by form or JSON, once for each order', async () => {
      const { liveChatId } = chats.Night ?? { liveChatId: '' };
      const order = 'order_id=AP7&order_description=Nike+shoes&order_price=199.00&order_currency=USD';
      for (const body of [`visitor_id=${liveChatId}&${order}`, { visitor_id: liveChatId, order_id: 'AP7' }])
        expect((await mark('1181', body)).body).toEqual({ result: 'goal marked as successful' });
      expect((await mark('7', { visitor_id: chats.Later?.liveChatId, order_price: 12.5 })).status).toBe(200);
      expect(await found('has_goal=1')).toEqual(['Later', 'Night']);
      expect(await found('goal=1181')).toEqual(['Night']);
      expect(await found('goal=1182')).toEqual([]);
      expect(await found('has_goal=0')).toEqual(['Early']);
      const { body } = await client.get('/chats?goal=1181');
      expect(body.chats[0].goals).toEqual([
        {
          ...{ id: 1181, name: '' },
          order: { id: 'AP7', description: 'Nike shoes', price: '199.00', currency: 'USD' },
        },
      ]);
      expect((await client.get('/chats?has_goal=0')).body.chats[0]).not.toHaveProperty('goals');
    });

    it('count once, however many requests tell of them at once', async () => {
      const visitor_id = chats.Early?.liveChatId;
      await Promise.all(Array.from({ length: 6 }, () => mark('9', { visitor_id, order_id: 'x' })));
      expect((await client.get('/chats?goal=9')).body.chats[0].goals).toHaveLength(1);
    });

    it.each([
      ['0', { visitor_id: 'S1.0000000000' }, 400],
      ['-14', { visitor_id: 'S1.0000000000' }, 400],
      ['1.5', { visitor_id: 'S1.0000000000' }, 400],
      ['abc', { visitor_id: 'S1.0000000000' }, 400],
      ['9223372036854775808', { visitor_id: 'S1.0000000000' }, 400],
      ['1', {}, 400],
      ['1', { visitor_id: { $ne: '' } }, 400],
      ['1', { visitor_id: 'S1.0000000000', order_price: '1,50' }, 400],
      ['1', { visitor_id: 'S1.0000000000', order_currency: 'dollars' }, 400],
      ['1', { visitor_id: 'S1.0000000000' }, 404],
    ])('are refused: goal %s, %j', async (goal, body, status) => {
      expect((await mark(goal, body)).status).toBe(status);
    });
  });
});
