import { logIn } from '../../support/accounts.ts';
import { headersOf } from '../../support/client.ts';
import { insertAgent, manualSelection, openRoom, startChat, take } from '../../support/conversations.ts';
import { foyerClient } from '../../support/foyer.ts';
import { useService } from '../../support/use-service.ts';
import { insertUser } from '../../support/users.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';
import { openPage } from '../../support/visits.ts';

const { service, anyone, admin } = useService({
  ...manualSelection,
  OVERWRITE_SETTING_Livechat_Allow_collect_and_store_HTTP_header_informations: 'true',
  OVERWRITE_SETTING_Livechat_validate_offline_email: 'false',
  OVERWRITE_SETTING_Livechat_offline_email: 'sales@example.org',
});
let headers: Readonly<Record<string, string>>;
const foyer = foyerClient(
  () => service.app,
  () => headers,
);
beforeAll(async () => {
  headers = headersOf(await logIn(service.app));
  await insertAgent(service);
});

const idOf = async (token: string): Promise<string> =>
  (await service.deps.visitorRecords.findByToken(token))?.id ?? '';
interface Shown {
  readonly id: string;
}
const idsIn = (body: { visitors: Shown[] }) => body.visitors.map(({ id }) => id);

describe('the list of those who are on the site', () => {
  let browsing: string;
  let queued: { readonly token: string; readonly name: string };
  beforeAll(async () => {
    browsing = await openPage(anyone, { url: 'https://shop.example/Hats', title: 'Hats' });
    await openPage(anyone, { token: browsing, url: 'https://shop.example/Shoes', title: 'Shoes' });
    queued = await registerVisitor(anyone, { name: unique('Ann'), email: 'ann@example.org' }).then(
      ({ token, name = '' }) => ({ token, name }),
    );
    await openRoom(anyone, queued);
    await openPage(anyone, { token: queued.token });
  });

  it('says what everyone does, and shows no tokens', async () => {
    const { body, text } = await foyer.get('visitors');
    expect(body.visitors).toMatchObject([
      {
        ...{ id: await idOf(browsing), isRegistered: false, name: '', state: 'browsing', pageViewCount: 2 },
        visit: { landingPage: 'https://shop.example/Hats', page: { title: 'Shoes' } },
        chat: null,
      },
      {
        ...{ id: await idOf(queued.token), isRegistered: true, name: queued.name, state: 'queued' },
        ...{ email: 'ann@example.org', chatCount: 1, chat: { servedBy: null } },
      },
    ]);
    for (const token of [browsing, queued.token]) expect(text).not.toContain(token);
  });

  it.each([
    [{ state: 'queued' }, ['queued']],
    [{ state: 'chatting' }, []],
    [{ page: '/SHOES' }, ['browsing']],
    [{ page: 'home' }, ['queued']],
    [{ text: 'ANN@' }, ['queued']],
    [{ text: '127.0.0.1' }, ['browsing', 'queued']],
    [{ country: 'PL' }, []],
    [{ department: 'none' }, ['browsing', 'queued']],
    [{ department: 'sales' }, []],
    [{ page: 'shoes', state: 'queued' }, []],
    [{ sort: '-pageViews' }, ['browsing', 'queued']],
    [{ sort: '-startedAt' }, ['queued', 'browsing']],
    [{ sort: 'pageViews' }, ['queued', 'browsing']],
  ])('is filtered and sorted: %j', async (query, expected) => {
    const ids = { browsing: await idOf(browsing), queued: await idOf(queued.token) };
    const { body } = await foyer.get('visitors', query);
    expect(idsIn(body)).toEqual(expected.map((who) => ids[who as keyof typeof ids]));
  });

  it('is read page by page', async () => {
    const whole = idsIn((await foyer.get('visitors', { sort: '-lastSeenAt' })).body);
    const paged: string[] = [];
    let next: string | null | undefined;
    do {
      const query = { sort: '-lastSeenAt', count: 1, ...(next ? { cursor: next } : {}) };
      const { body } = await foyer.get('visitors', query);
      paged.push(...idsIn(body));
      next = body.next;
    } while (next !== null && paged.length < 10);
    expect(paged).toEqual(whole);
    expect(paged.length).toBeGreaterThan(1);
  });

  it.each([
    ['state', 'dancing'],
    ['sort', 'name'],
    ['sort', '--visits'],
    ['count', '0'],
    ['count', '101'],
    ['count', '1.5'],
    ['cursor', 'abc'],
    ['cursor', Buffer.from('["-visits",1,1]').toString('base64url')],
    ['cursor', Buffer.from('["startedAt","1",1]').toString('base64url')],
    ['cursor', Buffer.from('{"startedAt":1}').toString('base64url')],
    ['text', 'x'.repeat(1_025)],
  ])('says what is wrong: %s=%s', async (field, value) => {
    const { status, body } = await foyer.get('visitors', { [field]: value });
    expect([status, body.code, body.errors[0].field]).toEqual([400, 'invalid-input', field]);
  });
});

describe('a visitor', () => {
  it('is shown with visits, pages, chats, details and offline messages', async () => {
    const { token, visitor, room } = await startChat(anyone, { email: 'bo@example.org', phone: '+4812' });
    await openPage(anyone, { token, title: 'First' });
    await openPage(anyone, { token, title: 'Second' });
    const { number = 0, recordId = '' } = (await service.deps.visitorRecords.findByToken(token)) ?? {};
    await service.deps.detailSets.put({
      ...{
        recordId,
        name: 'crm',
        icon: '',
        fields: [{ name: 'Plan', value: 'gold' }],
        updatedAt: new Date(),
      },
    });
    await anyone.post('livechat/offline.message', {
      ...{ token, name: 'Bo', email: 'bo@example.org', message: 'Anybody there?' },
    });
    const { body, text } = await foyer.get(`visitors/${visitor._id}`);
    expect(body).toMatchObject({
      ...{ id: visitor._id, number, emails: ['bo@example.org'], phones: ['+4812'], pageViewCount: 2 },
      visits: [{ pageViews: 2, page: { title: 'Second' } }],
      pages: [{ title: 'Second' }, { title: 'First' }],
      chats: [{ roomId: room._id, isOpen: true, servedBy: null }],
      details: [{ name: 'crm', fields: [{ name: 'Plan', value: 'gold' }] }],
      offlineMessages: [{ text: 'Anybody there?' }],
    });
    expect(text).not.toContain(token);
  });

  it('who never registered is shown, too', async () => {
    const token = await openPage(anyone, { title: 'Only' });
    const { body } = await foyer.get(`visitors/${await idOf(token)}`);
    expect(body).toMatchObject({ isRegistered: false, chats: [], pages: [{ title: 'Only' }] });
  });

  it('is shown and exported with addresses in the forms that old releases stored', async () => {
    const { _id } = await registerVisitor(anyone);
    const stored = { visitorEmails: { address: 'old@example.org' }, phone: [null, { phoneNumber: '+4813' }] };
    await collection(service.db, 'livechat_visitor').updateOne({ _id }, { $set: stored });
    const { body } = await foyer.get(`visitors/${_id}`);
    expect([body.emails, body.phones]).toEqual([['old@example.org'], ['+4813']]);
    expect((await foyer.get(`visitors/${_id}/export`)).status).toBe(200);
  });

  it('is shown without the chats that the caller may not read', async () => {
    const { visitor, rid } = await startChat(anyone);
    const [serving, other] = [await insertAgent(service), await insertUser(service)];
    await service.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: other.userId }, { $set: { roles: ['livechat-agent'] } });
    await take(serving, rid);
    const asOther = foyerClient(
      () => service.app,
      () => headersOf(other),
    );
    expect((await asOther.get(`visitors/${visitor._id}`)).body.chats).toEqual([]);
    expect((await foyer.get(`visitors/${visitor._id}`)).body.chats).toHaveLength(1);
  });

  it.each(['0', '-14', '1.5', 'abc', '9223372036854775808', '$ne', '%00'])(
    'who does not exist is not found: %s',
    async (id) => {
      const { status, body } = await foyer.get(`visitors/${id}`);
      expect([status, body.code]).toEqual([404, 'visitor-not-found']);
    },
  );

  it('has an id of reasonable length', async () => {
    expect((await foyer.get(`visitors/${'x'.repeat(257)}`)).status).toBe(400);
  });

  it('has no personal data for those who may not see it', async () => {
    const { visitor } = await startChat(anyone, { name: unique('secret') });
    const outsider = headersOf(await insertUser(service));
    for (const [given, status] of [
      [{}, 401],
      [outsider, 403],
    ] as const) {
      const stranger = foyerClient(
        () => service.app,
        () => given,
      );
      for (const path of ['visitors', `visitors/${visitor._id}`]) {
        const answer = await stranger.get(path);
        expect(answer.status).toBe(status);
        expect(answer.text).not.toContain(visitor.name);
      }
    }
    expect((await admin.get('livechat/visitors.info', { visitorId: visitor._id })).status).toBe(200);
  });
});
