import {
  type IdentifyVisitorDeps,
  identifyVisitor,
} from '../../../src/domain/conversation/identify-visitor.ts';
import { mergeSubject, mergeVisitor } from '../../../src/domain/conversation/merge-visitor.ts';
import type { Message } from '../../../src/domain/messages/message.ts';
import { apiClient, errorOf } from '../../support/client.ts';
import { insertContact, listContacts } from '../../support/contacts.ts';
import { insertAgent, manualSelection, openRoom, say, startChat } from '../../support/conversations.ts';
import { assertIdentity, identities } from '../../support/identities.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin } = useService({ ...manualSelection, ...identities });
let manager: string;
beforeAll(async () => {
  manager = (await insertAgent(service))._id;
});

/** A browser whose user is logged in on the site. */
const logIn = async (sub: string, given: Readonly<Record<string, unknown>> = {}) =>
  registerVisitor(anyone, { identity: await assertIdentity({ sub }), ...given });
const visitorWith = async (token: string) => (await anyone.get(`livechat/visitor/${token}`)).body.visitor;
const historyOf = async (rid: string, token: string): Promise<Message[]> =>
  (await anyone.get(`livechat/messages.history/${rid}`, { token })).body.messages;

describe('a person with two browsers', () => {
  it('is one visitor with both tokens, and each answer shows the one that was used', async () => {
    const sub = unique('person');
    const [home, phone] = [await logIn(sub, { name: 'Ann' }), await logIn(sub, { name: undefined })];
    expect(phone).toMatchObject({ _id: home._id, name: 'Ann', username: home.username });
    expect(phone.token).not.toBe(home.token);
    for (const { token } of [home, phone])
      expect(await visitorWith(token)).toMatchObject({ _id: home._id, token });
    // Without an assertion, too, the token is enough from now on.
    expect(await registerVisitor(anyone, { token: phone.token })).toMatchObject({
      _id: home._id,
      token: phone.token,
    });
    const stored = await collection(service.db, 'livechat_visitor').findOne({ _id: home._id });
    expect(stored).toMatchObject({ token: home.token });
  });

  it('has one open room and one history', async () => {
    const sub = unique('person');
    const [home, phone] = [await logIn(sub), await logIn(sub)];
    const rooms = await Promise.all([home, phone, home, phone].map((browser) => openRoom(anyone, browser)));
    expect(new Set(rooms.map(({ _id }) => _id)).size).toBe(1);
    expect(rooms.map(({ v }) => v?.token)).toEqual([home, phone, home, phone].map(({ token }) => token));
    const rid = String(rooms[0]?._id);
    const { _id } = await say(anyone, home.token, rid, 'from home');
    await say(anyone, phone.token, rid, 'from the phone');
    for (const { token } of [home, phone]) {
      const said = (await historyOf(rid, token)).filter(({ t }) => t === undefined);
      expect(said.map(({ msg, token }) => [msg, token])).toEqual([
        ['from the phone', token],
        ['from home', token],
      ]);
    }
    const edited = await anyone.put(`livechat/message/${_id}`, { token: phone.token, rid, msg: 'edited' });
    expect(edited.body.message).toMatchObject({ msg: 'edited', token: phone.token });
    const room = await anyone.get('livechat/room', { token: phone.token });
    expect(room.body).toMatchObject({ newRoom: false, room: { v: { token: phone.token } } });
    expect(JSON.stringify(room.body)).not.toContain(home.token);
  });

  it('keeps what they saw with both before they asked for a room', async () => {
    const sub = unique('person');
    const browsers = [await logIn(sub), await logIn(sub)];
    const pageInfo = { title: 'T', change: 'url', location: { href: 'https://x.io/' } };
    for (const { token } of browsers) await anyone.post('livechat/page.visited', { token, pageInfo });
    const room = await openRoom(anyone, browsers[1] ?? { token: '' });
    const pages = await admin.get(`livechat/visitors.pagesVisited/${room._id}`);
    expect(pages.body).toMatchObject({ total: 2 });
  });
});

describe('a visitor who logs in on the site', () => {
  it('stays who they are if nobody has been that person', async () => {
    const { visitor, token, rid } = await startChat(anyone);
    expect(await logIn(unique('person'), { token })).toMatchObject({ _id: visitor._id, token });
    expect((await openRoom(anyone, { token }))._id).toBe(rid);
  });

  it('brings their conversation along if they have been there with another browser', async () => {
    const sub = unique('person');
    const person = await logIn(sub);
    const { visitor, token, rid } = await startChat(anyone);
    const { _id } = await say(anyone, token, rid, 'hello');
    expect(await logIn(sub, { token })).toMatchObject({ _id: person._id, token });
    for (const browser of [person.token, token]) {
      expect((await historyOf(rid, browser))[0]).toMatchObject({ msg: 'hello', u: { _id: person._id } });
      expect((await openRoom(anyone, { token: browser }))._id).toBe(rid);
    }
    const edited = { token: person.token, rid, msg: 'mine' };
    expect(await errorOf(anyone.put(`livechat/message/${_id}`, edited))).toBe('200 undefined');
    expect(await collection(service.db, 'livechat_visitor').findOne({ _id: visitor._id })).toEqual({
      _id: visitor._id,
      disabled: true,
      _updatedAt: expect.any(Date),
    });
    expect(await listContacts(service.db, visitor._id)).toEqual([]);
    expect(await listContacts(service.db, person._id)).toHaveLength(1);
  });

  it('is the person even if the merging is interrupted, which is finished later', async () => {
    const person = await logIn(unique('person'));
    const { visitor, token, rid } = await startChat(anyone);
    await service.deps.furtherTokens.add(token, person._id);
    const contacts = {
      ...service.deps.contacts,
      setVisitor: () => Promise.reject(new Error('the connection broke')),
    };
    const run = { subjectId: mergeSubject(visitor._id, person._id), report: async () => undefined };
    await expect(mergeVisitor({ ...service.deps, contacts }, run)).rejects.toThrow('broke');
    expect(await visitorWith(token)).toMatchObject({ _id: person._id });
    for (const _ of ['again', 'and again']) await mergeVisitor(service.deps, run);
    expect((await historyOf(rid, token)).length).toBeGreaterThan(0);
    expect(await collection(service.db, 'livechat_visitor').findOne({ _id: visitor._id })).toMatchObject({
      disabled: true,
    });
  });

  it('in a browser of somebody else takes over the token, and nothing else', async () => {
    const first = await logIn(unique('person'), { name: 'First' });
    const { _id: rid } = await openRoom(anyone, first);
    const second = await logIn(unique('person'), { token: first.token, name: 'Second' });
    expect(second._id).not.toBe(first._id);
    expect(await visitorWith(first.token)).toMatchObject({ _id: second._id, name: 'Second' });
    expect(await errorOf(anyone.get(`livechat/messages.history/${rid}`, { token: first.token }))).toMatch(
      'invalid-room',
    );
    expect((await openRoom(anyone, first))._id).not.toBe(rid);
    const stored = await collection(service.db, 'livechat_visitor').findOne({ _id: first._id });
    expect(stored).toMatchObject({ name: 'First' });
    expect(stored).not.toHaveProperty('token');
  });

  it('gets the contact that an agent entered under the asserted address, and its manager', async () => {
    const email = `${unique('mail')}@x.io`;
    const emails = [{ address: email }];
    const contact = { name: 'Kim', emails, contactManager: manager, preRegistration: true };
    const id = await insertContact(service.db, contact);
    const impostor = await logIn(unique('person'), { email });
    expect(impostor).not.toHaveProperty('contactManager');
    expect((await openRoom(anyone, impostor)).fname).toBe('Ann');
    const identity = await assertIdentity({ email: email.toUpperCase() });
    const owner = await registerVisitor(anyone, { identity, email: 'claimed@x.io' });
    expect(owner).toMatchObject({ visitorEmails: emails, contactManager: { _id: manager } });
    expect(await openRoom(anyone, owner)).toMatchObject({ contactId: id, fname: 'Kim' });
  });
});

describe('an assertion', () => {
  it('serves one token, as often as it is sent', async () => {
    const identity = await assertIdentity();
    const token = unique('token');
    const [first, again] = [1, 2].map(() => registerVisitor(anyone, { token, identity }));
    expect(await again).toMatchObject({ _id: (await first)?._id });
    const visitor = { token: unique('thief'), identity };
    const { status, body } = await anyone.post('livechat/visitor', { visitor });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      success: false,
      error: 'The identity has been used for another token [invalid-identity]',
      errorType: 'invalid-identity',
    });
    expect(await errorOf(anyone.get(`livechat/visitor/${visitor.token}`))).toMatch('invalid-token');
  });

  it('that is not valid registers nobody', async () => {
    const token = unique('token');
    const visitor = { token, identity: 'no.such.thing' };
    expect(await errorOf(anyone.post('livechat/visitor', { visitor }))).toBe(
      '400 The identity is not signed by a known key [invalid-identity]',
    );
    expect(await errorOf(anyone.get(`livechat/visitor/${token}`))).toMatch('invalid-token');
  });

  it('of a person whose visitor was deleted makes a new one', async () => {
    const sub = unique('person');
    const gone = await logIn(sub);
    await service.deps.visitors.disable(gone._id);
    const back = await logIn(sub);
    expect(back._id).not.toBe(gone._id);
    expect(await logIn(sub)).toMatchObject({ _id: back._id });
  });
});

describe('many browsers of one person at once, at two instances', () => {
  let other: TestService;
  const at = (index: number) => (index % 2 === 0 ? anyone : apiClient(other.app));
  const aDozen = Array.from({ length: 12 }, (_, index) => index);
  beforeAll(async () => {
    other = await startTestService({ MONGO_URL: service.mongoUrl, ...manualSelection, ...identities });
  });
  afterAll(() => other.stop());

  it('are one visitor, whether their tokens were known or not, and have one room', async () => {
    const sub = unique('person');
    const known = await Promise.all([1, 2, 3].map(() => registerVisitor(anyone)));
    const browsers = await Promise.all(
      aDozen.map(async (index) => {
        const token = known[index]?.token ?? unique('token');
        return registerVisitor(at(index), { token, identity: await assertIdentity({ sub }) });
      }),
    );
    expect(new Set(browsers.map(({ token }) => token)).size).toBe(12);
    const owners = await Promise.all(browsers.map(({ token }) => visitorWith(token)));
    expect(new Set(owners.map(({ _id }) => _id)).size).toBe(1);
    const rooms = await Promise.all(browsers.map((browser, index) => openRoom(at(index), browser)));
    expect(new Set(rooms.map(({ _id }) => _id)).size).toBe(1);
  });

  it('are one visitor, who is not taken for a deleted one if another browser has just stored them', async () => {
    const identity = { sub: unique('person'), jti: unique('assertion'), expiresAt: new Date() };
    const [slow, fast] = [unique('token'), unique('token')];
    const identify = (deps: IdentifyVisitorDeps, token: string) =>
      identifyVisitor(deps, identity, { token, otherKeys: [], change: {}, whenNew: {} });
    const { visitors } = service.deps;
    const isIdTaken = async (id: string) => {
      await identify(service.deps, fast);
      return visitors.isIdTaken(id);
    };
    await identify({ ...service.deps, visitors: { ...visitors, isIdTaken } }, slow);
    const person = await visitorWith(fast);
    expect(await visitorWith(slow)).toMatchObject({ _id: person._id });
    expect(await logIn(identity.sub)).toMatchObject({ _id: person._id });
  });

  it('with one assertion are served once', async () => {
    const identity = await assertIdentity();
    const answers = await Promise.all(
      aDozen.map((index) =>
        at(index).post('livechat/visitor', { visitor: { token: unique('token'), identity } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('with one token, with and without an assertion, are the person in the end', async () => {
    for (const _ of aDozen) {
      const sub = unique('person');
      const person = await logIn(sub);
      const token = unique('token');
      const identity = await assertIdentity({ sub });
      await Promise.all([
        registerVisitor(at(0), { token }),
        registerVisitor(at(1), { token, identity }),
        registerVisitor(at(0), { token }),
      ]);
      expect(await visitorWith(token)).toMatchObject({ _id: person._id });
    }
  });
});
