import { logIn } from '../../support/accounts.ts';
import { headersOf } from '../../support/client.ts';
import { insertAgent, say, startChat } from '../../support/conversations.ts';
import { foyerClient } from '../../support/foyer.ts';
import { useService } from '../../support/use-service.ts';
import { insertUser } from '../../support/users.ts';
import { collection, unique } from '../../support/visitors.ts';
import { openPage } from '../../support/visits.ts';

const { service, anyone } = useService({
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

describe('the export of a visitor', () => {
  it('has everything that is known of them, and nothing of anybody else', async () => {
    const other = unique('somebody-else');
    const stranger = await startChat(anyone, { name: other });
    await say(anyone, stranger.token, stranger.rid, other);
    await openPage(anyone, { token: stranger.token, title: other });

    const token = unique('token');
    await openPage(anyone, { token, title: 'Before' });
    const { visitor, rid } = await startChat(anyone, { token, email: 'Ann@example.org' });
    await openPage(anyone, { token, title: 'After' });
    const said = Array.from({ length: 120 }, (_, n) => `message ${n}`);
    await collection(service.db, 'message').insertMany(
      said.map((msg) => ({ _id: unique('message'), rid, msg, ts: new Date(), u: { _id: visitor._id } })),
    );
    const { recordId = '' } = (await service.deps.visitorRecords.findByToken(token)) ?? {};
    const order = { id: '1', description: 'hat', price: '', currency: '' };
    await service.deps.reachedGoals.add({ recordId, goal: 7, order, reachedAt: new Date() });
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
      ...{ token, name: 'Ann', email: 'ann@example.org', message: 'Anybody there?' },
    });

    // A Rocket.Chat beside Foyer stores addresses as they were typed.
    const asTyped = { $set: { 'visitorEmails.0.address': 'Ann@example.org' } };
    await collection(service.db, 'livechat_visitor').updateOne({ _id: visitor._id }, asTyped);
    await foyer.post('bans', { kind: 'email', value: 'ann@example.org' });

    const { status, body, text } = await foyer.get(`visitors/${visitor._id}/export`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      record: { id: visitor._id, pageViews: 2 },
      visitor: { _id: visitor._id, visitorEmails: [{ address: 'Ann@example.org' }] },
      isIdentified: false,
      bans: [{ kind: 'email', value: 'ann@example.org' }],
      contacts: [{ emails: [{ address: 'ann@example.org' }] }],
      details: [{ name: 'crm' }],
      goals: [{ goal: 7, order: { description: 'hat' } }],
      visits: [{ pageViews: 2 }],
      pages: [{ title: 'After' }, { title: 'Before' }],
      offlineMessages: [{ text: 'Anybody there?' }],
      rooms: [{ _id: rid }],
    });
    const exported = body.messages.map(({ msg }: { msg: string }) => msg);
    expect(exported).toEqual(expect.arrayContaining(said));
    expect(text).not.toContain(token);
    expect(text).not.toContain(other);
  });

  it('exists for those who never registered', async () => {
    const token = await openPage(anyone, { title: 'Only' });
    const { id } = (await service.deps.visitorRecords.findByToken(token)) ?? { id: '' };
    const { body } = await foyer.get(`visitors/${id}/export`);
    expect(body).toMatchObject({ visitor: null, rooms: [], messages: [], pages: [{ title: 'Only' }] });
    expect(body.pageViews).toHaveLength(1);
  });

  it('is not for those who may not read every chat', async () => {
    const { visitor } = await startChat(anyone);
    const agent = headersOf(await insertUser(service, { roles: ['livechat-agent'] }));
    const asAgent = foyerClient(
      () => service.app,
      () => agent,
    );
    expect((await asAgent.get(`visitors/${visitor._id}/export`)).status).toBe(403);
    expect((await asAgent.get(`visitors/${visitor._id}`)).status).toBe(200);
  });

  it.each(['0', '-14', '1.5', 'abc', '9223372036854775808'])('needs a visitor: %s', async (id) => {
    expect((await foyer.get(`visitors/${id}/export`)).body.code).toBe('visitor-not-found');
  });
});
