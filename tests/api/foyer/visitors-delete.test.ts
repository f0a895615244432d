import { erasureIdOf } from '../../../src/domain/erasures/erasure.ts';
import { logIn } from '../../support/accounts.ts';
import { headersOf } from '../../support/client.ts';
import { insertAgent, manualSelection, say, startChat } from '../../support/conversations.ts';
import { foyerClient } from '../../support/foyer.ts';
import { assertIdentity, identities } from '../../support/identities.ts';
import { useService } from '../../support/use-service.ts';
import { insertUser } from '../../support/users.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';
import { openPage } from '../../support/visits.ts';
import { whereIs } from '../../support/where-is.ts';

const { service, anyone, admin } = useService({
  ...manualSelection,
  ...identities,
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

const recordOf = (token: string) => service.deps.visitorRecords.findByToken(token);

describe('deleting a visitor', () => {
  it('leaves nothing of them in any collection, and gives a receipt that does not say who they were', async () => {
    const [name, email] = [unique('Ann'), `${unique('mail')}@example.org`];
    const { token, visitor, rid } = await startChat(anyone, { name, email });
    await openPage(anyone, { token, url: `https://shop.example/${name}` });
    await say(anyone, token, rid, `I am ${name}`);
    await anyone.post('livechat/offline.message', { token, name, email, message: 'Are you there?' });
    const { recordId = '', number = 0 } = (await recordOf(token)) ?? {};
    const [left] = await service.deps.offlineMessages.listByVisitor(number, 1);
    await service.deps.publicIds.give('chat', [{ id: rid }]);
    await service.deps.webhooks.noteTags(rid, ['urgent'], 1, new Date());
    const order = { id: '1', description: name, price: '', currency: '' };
    await service.deps.reachedGoals.add({ recordId, goal: 7, order, reachedAt: new Date() });
    await service.deps.detailSets.put({
      ...{ recordId, name: 'crm', icon: '', fields: [{ name, value: name }], updatedAt: new Date() },
    });
    await service.deps.deliveries.add(
      unique('event'),
      { kind: 'webhook', url: 'http://127.0.0.1:9/', body: name, about: rid },
      new Date(),
    );
    const traces = [name, email, token, rid, left?._id ?? 'none'];
    expect((await whereIs(service.db, traces)).length).toBeGreaterThan(9);

    const { status, body } = await foyer.delete(`visitors/${visitor._id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      finishedAt: expect.any(String),
      deleted: { rooms: 1, visitors: 1, offlineMessages: 1, details: 1, goals: 1 },
    });
    expect(await whereIs(service.db, traces)).toEqual([]);
    expect((await foyer.get(`erasures/${body._id}`)).body).toEqual(body);
    expect(JSON.stringify(body)).not.toContain(visitor._id);
    expect((await foyer.get(`visitors/${visitor._id}`)).status).toBe(404);
    expect((await foyer.delete(`visitors/${visitor._id}`)).status).toBe(404);
  });

  it('reaches those who never registered, and what they were known as before', async () => {
    const [token, title] = [unique('token'), unique('Page')];
    await openPage(anyone, { token, title });
    const { id, recordId } = (await recordOf(token)) ?? { id: '', recordId: '' };
    await service.db.collection<{ _id: string }>('foyer_visitor').insertOne({
      ...{ _id: unique('merged'), number: 1, liveChatId: 'S1.0', firstVisitAt: new Date(), visits: 1 },
      ...{ isMerged: true, mergedInto: recordId, customVariables: [{ key: 'login', value: title }] },
    });
    const { body } = await foyer.delete(`visitors/${id}`);
    expect(body.deleted.visits).toBeGreaterThan(1);
    expect(await whereIs(service.db, [token, title, id])).toEqual([]);
  });

  it('reaches what they left before they turned out to be somebody known', async () => {
    const sub = unique('person');
    const person = await registerVisitor(anyone, { identity: await assertIdentity({ sub }) });
    const [token, name] = [await openPage(anyone), unique('Ann')];
    const form = { token, name, email: 'ann@example.org', message: 'Hello?' };
    await anyone.post('livechat/offline.message', form);
    const { recordId = '' } = (await recordOf(token)) ?? {};
    const order = { id: '1', description: name, price: '', currency: '' };
    await service.deps.reachedGoals.add({ recordId, goal: 7, order, reachedAt: new Date() });
    await registerVisitor(anyone, { token, identity: await assertIdentity({ sub }) });
    const { text } = await foyer.get(`visitors/${person._id}/export`);
    expect(text.split(name).length).toBeGreaterThan(2);
    await foyer.delete(`visitors/${person._id}`);
    expect(await whereIs(service.db, [name, token])).toEqual([]);
  });

  it('is not undone by what was noted of them while it went on', async () => {
    const { token, visitor } = await startChat(anyone);
    await foyer.delete(`visitors/${visitor._id}`);
    // As a request does that found the visitor before.
    service.deps.visitSigns.note({ token, visitorId: visitor._id, at: new Date() });
    expect(await recordOf(token)).toBeNull();
    expect(await whereIs(service.db, [token])).toEqual([]);
  });

  it('goes on after the answer if it takes long, and the receipt tells how far it is', async () => {
    const { visitor } = await startChat(anyone);
    const id = erasureIdOf(visitor._id);
    await service.deps.erasures.begin(id, new Date());
    await service.deps.erasures.count(id, { rooms: 100 });
    expect((await foyer.get(`erasures/${id}`)).body).toMatchObject({
      finishedAt: null,
      deleted: { rooms: 100 },
    });
    expect((await foyer.delete(`visitors/${visitor._id}`)).body).toMatchObject({
      finishedAt: expect.any(String),
      deleted: { rooms: 101 },
    });
  });

  it('is for managers: agents may not, nor read receipts', async () => {
    const { visitor } = await startChat(anyone);
    const agent = headersOf(await insertUser(service, { roles: ['livechat-agent'] }));
    const asAgent = foyerClient(
      () => service.app,
      () => agent,
    );
    expect((await asAgent.delete(`visitors/${visitor._id}`)).status).toBe(403);
    expect((await asAgent.get('erasures/x')).status).toBe(403);
    expect((await admin.get('livechat/visitors.info', { visitorId: visitor._id })).status).toBe(200);
    expect(await collection(service.db, 'room').countDocuments({ 'v._id': visitor._id })).toBe(1);
  });

  it.each(['0', '-14', '1.5', 'abc', '9223372036854775808', '$ne'])('needs one: %s', async (id) => {
    for (const answer of [await foyer.delete(`visitors/${id}`), await foyer.get(`erasures/${id}`)])
      expect([answer.status, answer.body.code]).toEqual([404, expect.stringMatching('-not-found$')]);
  });
});
