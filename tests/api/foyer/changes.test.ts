import { textOfCursor } from '../../../src/api/foyer/change-cursor.ts';
import { awaitChanges, changesFromNow } from '../../../src/domain/conversation/read-changes.ts';
import { maxLengths } from '../../../src/domain/text/max-lengths.ts';
import { logIn } from '../../support/accounts.ts';
import { headersOf } from '../../support/client.ts';
import { insertAgent, manualSelection, say, startChat, take } from '../../support/conversations.ts';
import { foyerClient } from '../../support/foyer.ts';
import { useService } from '../../support/use-service.ts';
import { insertUser } from '../../support/users.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';
import { openPage } from '../../support/visits.ts';

const { service, anyone } = useService(manualSelection);
let headers: Readonly<Record<string, string>>;
const asking = (given: () => Readonly<Record<string, string>>) => foyerClient(() => service.app, given);
const foyer = asking(() => headers);
const nobody = asking(() => ({}));
beforeAll(async () => {
  headers = headersOf(await logIn(service.app));
  await insertAgent(service);
});

interface Shown {
  readonly kind: string;
  readonly visitorId?: string;
  readonly document: { readonly _id: string; readonly msg?: string };
}
const start = async (client = foyer, query: object = {}): Promise<string> =>
  (await client.get('changes', { ...query })).body.next;

/** Reads until something is there that was asked for, from a place on. */
async function follow(
  since: string,
  isFound: (changes: readonly Shown[]) => boolean,
  client = foyer,
  query: object = {},
): Promise<Shown[]> {
  const seen: Shown[] = [];
  let next = since;
  while (!isFound(seen)) {
    const { status, body } = await client.get('changes', { since: next, wait: 10, ...query });
    expect(status).toBe(200);
    seen.push(...body.changes);
    next = body.next;
  }
  return seen;
}
const says = (msg: string) => (changes: readonly Shown[]) =>
  changes.some(({ document }) => document.msg === msg);

describe('changes', () => {
  it('tell users of visitors, messages and page views, without tokens, and of nothing else in no room', async () => {
    const since = await start();
    const lost = { _id: unique('lost'), msg: 'in no room', u: { _id: 'x', username: 'x' } };
    await collection(service.db, 'message').insertOne({ ...lost, ts: new Date(), _updatedAt: new Date() });
    const token = await openPage(anyone, { title: unique('Page') });
    const { visitor, rid } = await startChat(anyone, { token });
    const words = unique('words');
    await say(anyone, token, rid, words);
    const seen = await follow(since, says(words));
    expect(seen.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['visitor', 'page-view', 'message']));
    expect(seen.find(({ kind }) => kind === 'page-view')?.visitorId).toBe(visitor._id);
    for (const wrong of [token, lost._id]) expect(JSON.stringify(seen)).not.toContain(wrong);
  });

  it('tell users, and no visitor, of the details that integrators add', async () => {
    const { visitor, token } = await startChat(anyone);
    const record = await service.deps.visitorRecords.findByToken(token);
    const [since, sinceByVisitor] = [await start(), await start(nobody, { token })];
    const set = { name: unique('crm'), icon: '', fields: [{ name: 'Plan', value: 'gold' }] };
    const stored = { ...set, recordId: record?.recordId ?? '', updatedAt: new Date() };
    await service.deps.detailSets.put(stored);
    const isDetails = ({ kind }: Shown) => kind === 'visitor-details';
    const seen = await follow(since, (found) => found.some(isDetails));
    const document = { ...set, updatedAt: stored.updatedAt.toISOString() };
    expect(seen.find(isDetails)).toMatchObject({ visitorId: visitor._id, document });
    expect(seen.find(isDetails)?.document).toEqual(document);
    await say(anyone, token, (await startChat(anyone, { token })).rid, set.name);
    expect((await follow(sinceByVisitor, says(set.name), nobody, { token })).some(isDetails)).toBe(false);
  });

  it('are answered as soon as there are any, and as none when the time is over', async () => {
    const { rid, token } = await startChat(anyone);
    const since = await start(nobody, { token });
    const begin = performance.now();
    const words = unique('late');
    const waiting = follow(since, says(words), nobody, { token });
    await say(anyone, token, rid, words);
    await waiting;
    expect(performance.now() - begin).toBeLessThan(9_000);
    const stranger = unique('stranger');
    const { body } = await nobody.get('changes', {
      ...{ token: stranger, since: await start(nobody, { token: stranger }), wait: 1 },
    });
    expect(body.changes).toEqual([]);
  });

  it('tell a visitor of what is theirs, and of nothing else', async () => {
    const [own, other] = [await startChat(anyone), await startChat(anyone)];
    const since = await start(nobody, { token: own.token });
    const secret = unique('secret');
    await say(anyone, other.token, other.rid, secret);
    await registerVisitor(anyone, { token: own.token, name: 'Renamed' });
    await collection(service.db, 'message').insertOne({
      ...{ _id: unique('hidden'), rid: own.rid, msg: 'hidden', _hidden: true, ts: new Date() },
      ...{ _updatedAt: new Date(), u: { _id: 'x', username: 'x' } },
    });
    const words = unique('mine');
    await say(anyone, own.token, own.rid, words);
    const seen = await follow(since, says(words), nobody, { token: own.token });
    expect(seen.map(({ kind }) => kind)).toContain('visitor');
    for (const wrong of [secret, other.token, 'hidden']) expect(JSON.stringify(seen)).not.toContain(wrong);
  });

  it('go on after a message whose id is as long as ids may be', async () => {
    const { rid, token } = await startChat(anyone);
    const since = await start();
    const words = unique('words');
    const _id = `${words}${'\u{1F600}'.repeat(maxLengths.id - words.length)}`;
    expect((await anyone.post('livechat/message', { token, rid, msg: words, _id })).status).toBe(200);
    await follow(since, says(words));
    const later = unique('later');
    await say(anyone, token, rid, later);
    await follow(since, says(later));
  });

  it('come in pages, each change once', async () => {
    const { rid, token } = await startChat(anyone);
    const since = await start(nobody, { token });
    const at = new Date();
    const messages = Array.from({ length: 250 }, (_, n) => ({
      ...{ _id: unique(`m${n}`), rid, msg: `number ${n}`, ts: at, _updatedAt: at },
      u: { _id: 'x', username: 'x' },
    }));
    await collection(service.db, 'message').insertMany(messages);
    const numbered = (found: readonly Shown[]) =>
      found.flatMap(({ document: { msg = '' } }) => (msg.startsWith('number ') ? [msg] : []));
    const seen = await follow(since, (found) => numbered(found).length >= 250, nobody, { token });
    expect(new Set(numbered(seen)).size).toBe(250);
    expect(numbered(seen)).toHaveLength(250);
  });

  it('come in smaller pages if they are large, each change once', async () => {
    const { rid, token } = await startChat(anyone);
    const since = await start(nobody, { token });
    const [at, msg] = [new Date(), 'x'.repeat(1024 * 1024)];
    const messages = ['a', 'b', 'c', 'd', 'e'].map((_id) => ({
      ...{ _id: unique(_id), rid, msg, ts: at, _updatedAt: at, u: { _id: 'x', username: 'x' } },
    }));
    await collection(service.db, 'message').insertMany(messages);
    await follow(since, (found) => found.some((each) => each.document.msg === msg), nobody, { token });
    const seen: string[] = [];
    for (let [next, hasMore] = [since, true]; hasMore; ) {
      const { body } = await nobody.get('changes', { since: next, token });
      const ids = (body.changes as Shown[]).filter(({ document }) => document.msg === msg);
      expect(ids.length).toBeLessThan(2);
      seen.push(...ids.map(({ document }) => document._id));
      [next, hasMore] = [body.next, body.hasMore];
    }
    expect(seen).toEqual(messages.map(({ _id }) => _id).sort());
  });

  it('are read and sent by few at an address at a time, and nobody else waits for them', async () => {
    const before = changesFromNow(service.deps);
    const { token } = await startChat(anyone);
    await follow(textOfCursor(before), ({ length }) => length > 0, nobody, { token });
    const found: string[] = [];
    const read = (network: string) => {
      const sent = new AbortController();
      const patience = { waitMs: 0, network, signal: sent.signal };
      const reading = awaitChanges(service.deps, { kind: 'visitor', token }, before, patience);
      const noted = reading.then(() => found.push(network));
      return { noted, send: () => sent.abort() };
    };
    const [first, second, third] = [read('office'), read('office'), read('office')];
    await Promise.all([first.noted, second.noted, read('home').noted]);
    expect(found.toSorted()).toEqual(['home', 'office', 'office']);
    first.send();
    await third.noted;
    expect(found).toHaveLength(4);
  });

  it('let others read while there are none', async () => {
    const stranger = { kind: 'visitor', token: unique('stranger') } as const;
    const now = changesFromNow(service.deps);
    const patience = { waitMs: 0, network: 'hotel', signal: new AbortController().signal };
    const all = Array.from({ length: 5 }, () => awaitChanges(service.deps, stranger, now, patience));
    expect((await Promise.all(all)).map(({ changes }) => changes)).toEqual([[], [], [], [], []]);
  });

  it('leave out rooms that a user may not read, and those that are no chats', async () => {
    const serving = await insertAgent(service);
    const agent = await insertUser(service, { roles: ['livechat-agent'] });
    const asAgent = asking(() => headersOf(agent));
    const { rid, token } = await startChat(anyone);
    await take(serving, rid);
    const team = unique('team');
    await collection(service.db, 'room').insertOne({ _id: team, t: 'c', name: team });
    const since = await start();
    await collection(service.db, 'message').insertOne({
      ...{ _id: unique('m'), rid: team, msg: 'of the team', ts: new Date(), _updatedAt: new Date() },
      u: { _id: 'x', username: 'x' },
    });
    const words = unique('words');
    await say(anyone, token, rid, words);
    const last = unique('Page');
    await openPage(anyone, { title: last });
    const isPage = (changes: readonly Shown[]) =>
      changes.some(({ document }) => document.msg?.includes(last));
    const byAdmin = await follow(since, (found) => says(words)(found) && isPage(found));
    expect(says('of the team')(byAdmin)).toBe(false);
    const byAgent = await follow(since, isPage, asAgent);
    expect(says(words)(byAgent)).toBe(false);
  });

  it.each([
    { since: 'abc' },
    { since: Buffer.from('[1,"",1]').toString('base64url') },
    { since: Buffer.from('[1e99,"",1,"",1,""]').toString('base64url') },
    { since: Buffer.from('[1,"",1,""]').toString('base64url') },
    { since: Buffer.from('[1,1,1,1,1,1]').toString('base64url') },
    { wait: '26' },
    { wait: '-1' },
    { token: '' },
    { token: 'x'.repeat(1_025) },
  ])('are refused for what is wrong: %j', async (query) => {
    expect((await foyer.get('changes', query)).status).toBe(400);
  });

  it('are not for strangers, nor for users who may not see chats', async () => {
    expect((await nobody.get('changes')).status).toBe(401);
    const outsider = await insertUser(service);
    expect((await asking(() => headersOf(outsider)).get('changes')).status).toBe(403);
    const wrong = asking(() => ({ 'X-User-Id': 'nobody', 'X-Auth-Token': 'x' }));
    expect((await wrong.get('changes', { token: 'x' })).status).toBe(401);
  });
});
