import { joinVisitorsData } from '../../../src/domain/conversation/join-visitors.ts';
import { mergeSubject } from '../../../src/domain/conversation/merge-visitor.ts';
import { logIn } from '../../support/accounts.ts';
import { headersOf } from '../../support/client.ts';
import { insertAgent, say, startChat } from '../../support/conversations.ts';
import { foyerClient } from '../../support/foyer.ts';
import { assertIdentity, identities } from '../../support/identities.ts';
import { useService } from '../../support/use-service.ts';
import { insertUser } from '../../support/users.ts';
import { registerVisitor, unique } from '../../support/visitors.ts';
import { openPage } from '../../support/visits.ts';
import { whereIs } from '../../support/where-is.ts';

const { service, anyone } = useService({
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

const recordOf = async (token: string) => {
  const record = await service.deps.visitorRecords.findByToken(token);
  if (record === null) throw new Error('nothing is known of the token');
  return record;
};
const merge = (id: string, into: string) => foyer.post(`visitors/${id}/merge`, { into });
/** Whom the tokens act for. */
const holdersOf = (chats: readonly { readonly token: string }[]): Promise<string[]> =>
  Promise.all(
    chats.map(async ({ token }) => (await anyone.get(`livechat/visitor/${token}`)).body.visitor?._id),
  );

describe('merging visitors', () => {
  it('makes what one had the other’s, and its ids and tokens lead there', async () => {
    const from = await startChat(anyone, { email: `${unique('a')}@example.org`, phone: '+4812' });
    await say(anyone, from.token, from.rid, 'It is me');
    await openPage(anyone, { token: from.token, title: 'Theirs' });
    const details = { name: 'crm', icon: '', fields: [], updatedAt: new Date() };
    await service.deps.detailSets.put({ ...details, recordId: (await recordOf(from.token)).recordId });
    await anyone.post('livechat/offline.message', {
      ...{ token: from.token, name: 'Ann', email: 'ann@example.org', message: 'Hello?' },
    });
    const into = await registerVisitor(anyone, { email: `${unique('b')}@example.org` });
    await openPage(anyone, { token: into.token, title: 'Own' });

    const { status, body, text } = await merge(from.visitor._id, into._id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ id: into._id, pageViewCount: 2, phones: ['+4812'] },
      pages: [{ title: 'Own' }, { title: 'Theirs' }],
      chats: [{ roomId: from.rid }],
      details: [{ name: 'crm' }],
      offlineMessages: [{ text: 'Hello?' }],
    });
    expect(body.emails).toHaveLength(2);
    expect(text).not.toContain(from.token);
    expect((await foyer.get(`visitors/${from.visitor._id}`)).body.id).toBe(into._id);
    expect((await anyone.get(`livechat/visitor/${from.token}`)).body.visitor._id).toBe(into._id);
    expect((await say(anyone, into.token, from.rid, 'From another browser')).u?._id).toBe(into._id);
    const { body: receipt } = await foyer.delete(`visitors/${into._id}`);
    expect(receipt.deleted).toMatchObject({ rooms: 1, details: 1, offlineMessages: 1 });
  });

  it('takes in somebody who never registered', async () => {
    const token = await openPage(anyone, { title: 'Before' });
    const from = await recordOf(token);
    const into = await registerVisitor(anyone);
    const { body } = await merge(from.id, into._id);
    expect(body).toMatchObject({ id: into._id, pages: [{ title: 'Before' }] });
    expect((await recordOf(token)).id).toBe(into._id);
    expect((await registerVisitor(anyone, { token }))._id).toBe(into._id);
    expect((await foyer.get(`visitors/${from.id}`)).body.id).toBe(into._id);
  });

  it('keeps everything of both if it is asked for in both directions at once: the first one decides', async () => {
    const [one, other] = [await startChat(anyone), await startChat(anyone)];
    await say(anyone, one.token, one.rid, 'One');
    const answers = await Promise.all([
      merge(one.visitor._id, other.visitor._id),
      merge(other.visitor._id, one.visitor._id),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status !== 409)).toContain(200);
    const holders = await holdersOf([one, other]);
    expect(holders[0]).toBe(holders[1]);
    const { body } = await foyer.get(`visitors/${holders[0]}`);
    expect(body.chats.map(({ roomId }: { roomId: string }) => roomId).sort()).toEqual(
      [one.rid, other.rid].sort(),
    );
    for (const { visitor } of [one, other])
      expect((await foyer.get(`visitors/${visitor._id}`)).body.id).toBe(holders[0]);
  });

  /** Merges visitors, while something else happens to the second. */
  async function mergeWhile(fromId: string, intoId: string, work: () => Promise<unknown>): Promise<void> {
    const { contacts } = service.deps;
    const meanwhile = {
      ...contacts,
      async setVisitor(...ids: Parameters<typeof contacts.setVisitor>) {
        if (ids[0] === fromId) await work();
        return contacts.setVisitor(...ids);
      },
    };
    const run = { subjectId: mergeSubject(fromId, intoId), report: async () => undefined };
    await joinVisitorsData({ ...service.deps, contacts: meanwhile }, run);
  }

  it('follows the second where they are merged meanwhile', async () => {
    const [first, second] = [await startChat(anyone), await startChat(anyone)];
    const third = await registerVisitor(anyone);
    await mergeWhile(first.visitor._id, second.visitor._id, () => merge(second.visitor._id, third._id));
    const { body } = await foyer.get(`visitors/${third._id}`);
    expect(body.chats).toHaveLength(2);
    expect(await holdersOf([first, second])).toEqual([third._id, third._id]);
    for (const { visitor } of [first, second])
      expect((await foyer.get(`visitors/${visitor._id}`)).body.id).toBe(third._id);
  });

  it('keeps everything where three are merged in a circle: the merge that would close it is left out', async () => {
    const chats = [await startChat(anyone), await startChat(anyone), await startChat(anyone)] as const;
    const [one, two, three] = chats.map(({ visitor }) => visitor._id) as [string, string, string];
    await mergeWhile(one, two, () => mergeWhile(two, three, () => merge(three, one)));
    expect(await holdersOf(chats)).toEqual([three, three, three]);
    expect((await foyer.get(`visitors/${one}`)).body.chats).toHaveLength(3);
  });

  it('keeps everything where three are merged in a circle at once', async () => {
    const chats = [await startChat(anyone), await startChat(anyone), await startChat(anyone)] as const;
    const [one, two, three] = chats.map(({ visitor }) => visitor._id) as [string, string, string];
    await Promise.all([merge(one, two), merge(two, three), merge(three, one)]);
    expect(new Set(await holdersOf(chats)).size).toBe(1);
    expect((await foyer.get(`visitors/${one}`)).body.chats).toHaveLength(3);
  });

  it('follows the second, too, with somebody who never registered', async () => {
    const [token, second] = [await openPage(anyone, { title: 'Before' }), await startChat(anyone)];
    const [{ id }, third] = [await recordOf(token), await registerVisitor(anyone)];
    await mergeWhile(id, second.visitor._id, () => merge(second.visitor._id, third._id));
    expect(await holdersOf([{ token }, second])).toEqual([third._id, third._id]);
    expect((await foyer.get(`visitors/${id}`)).body).toMatchObject({ id: third._id, pageViewCount: 1 });
  });

  it('brings nothing back to who is deleted meanwhile', async () => {
    const [name, from] = [unique('Ann'), await startChat(anyone)];
    await say(anyone, from.token, from.rid, `I am ${name}`);
    const into = await registerVisitor(anyone);
    await mergeWhile(from.visitor._id, into._id, () => foyer.delete(`visitors/${into._id}`));
    expect(await whereIs(service.db, [name, from.token])).toEqual([]);
  });

  it('is refused if the direction is wrong: a person who is known stays', async () => {
    const identity = await assertIdentity({ sub: unique('person') });
    const person = await registerVisitor(anyone, { identity });
    const other = await registerVisitor(anyone);
    const refused = await merge(person._id, other._id);
    expect([refused.status, refused.body.code]).toEqual([409, 'cannot-merge']);
    expect((await merge(other._id, person._id)).body.id).toBe(person._id);
    expect((await merge(other._id, person._id)).status).toBe(409);
  });

  it('is for managers: agents would get to see what was said to others', async () => {
    const [one, other] = [await registerVisitor(anyone), await registerVisitor(anyone)];
    const agent = headersOf(await insertUser(service, { roles: ['livechat-agent'] }));
    const asAgent = foyerClient(
      () => service.app,
      () => agent,
    );
    expect((await asAgent.post(`visitors/${one._id}/merge`, { into: other._id })).status).toBe(403);
  });

  it('needs somebody registered to merge into, and two visitors', async () => {
    const { id } = await recordOf(await openPage(anyone));
    const { _id } = await registerVisitor(anyone);
    expect((await merge(_id, id)).status).toBe(409);
    expect((await merge(_id, _id)).status).toBe(409);
    for (const wrong of ['0', '-14', 'abc', '9223372036854775808']) {
      expect((await merge(wrong, _id)).status).toBe(404);
      expect((await merge(_id, wrong)).status).toBe(404);
    }
    for (const into of ['', 5, null, ['x'], { $ne: '' }])
      expect((await foyer.post(`visitors/${_id}/merge`, { into })).status).toBe(400);
  });
});
