import { chatEventListener } from '../../../src/api/livechat/chat-events.ts';
import { closeByVisitor } from '../../../src/domain/conversation/close-room.ts';
import { getRoom } from '../../../src/domain/conversation/get-room.ts';
import { removeVisitorData } from '../../../src/domain/conversation/remove-visitor.ts';
import { sendTranscript } from '../../../src/domain/conversation/send-transcript.ts';
import type { Dependencies } from '../../../src/domain/dependencies.ts';
import { sendVisitorMessage } from '../../../src/domain/messages/send-message.ts';
import { leaveOfflineMessage } from '../../../src/domain/offline-messages/leave-offline-message.ts';
import { errorOf } from '../../support/client.ts';
import { listContacts } from '../../support/contacts.ts';
import { insertAgent, manualSelection, openRoom, say, startChat } from '../../support/conversations.ts';
import { withOperations } from '../../support/dependencies.ts';
import { assertIdentity, identities } from '../../support/identities.ts';
import { logBook } from '../../support/log-book.ts';
import { useService } from '../../support/use-service.ts';
import { collection, matchingOfRocketChat, registerVisitor, unique } from '../../support/visitors.ts';
import { whereIs } from '../../support/where-is.ts';

const { lines, logger } = logBook('info');
const env = {
  ...manualSelection,
  ...identities,
  ...matchingOfRocketChat,
  OVERWRITE_SETTING_Livechat_offline_email: 'sales@example.org',
  OVERWRITE_SETTING_Livechat_validate_offline_email: 'false',
};
const { service, anyone, admin } = useService(env, { logger });
beforeAll(async () => {
  await insertAgent(service);
});

const depsWith = <Store extends 'contacts' | 'messages' | 'rooms'>(
  store: Store,
  replaced: Partial<Dependencies[Store]>,
): Dependencies => withOperations(service.deps, store, replaced);
const run = (subjectId: string) => ({ subjectId, report: async () => undefined });
const source = { type: 'api' };
const pageInfo = { title: 'T', change: 'url', location: { href: 'https://x.io/' } };

describe('deleting a visitor', () => {
  it('leaves nothing of the person in any collection, and says in the log what is gone', async () => {
    const email = `${unique('mail')}@x.io`;
    const [phone, name, sub] = [unique('+55'), unique('Ann'), unique('person')];
    const first = await registerVisitor(anyone, { email, phone, name });
    await registerVisitor(anyone, { token: first.token, identity: await assertIdentity({ sub, email }) });
    const second = await registerVisitor(anyone, { identity: await assertIdentity({ sub }), name });
    const tokens = [first.token, second.token];
    const room = await openRoom(anyone, first);
    await say(anyone, second.token, room._id, `I am ${name}`);
    for (const token of tokens) await anyone.post('livechat/page.visited', { token, pageInfo });
    const { token: earlier } = await registerVisitor(anyone);
    await collection(service.db, 'room').updateOne({ _id: room._id }, { $set: { 'v.token': earlier } });
    await anyone.post('livechat/page.visited', { token: earlier, pageInfo });
    await anyone.delete(`livechat/visitor/${earlier}`);
    await anyone.post('livechat/page.visited', { token: earlier, pageInfo });
    expect((await admin.get('livechat/visitors.search', { term: email })).body.total).toBe(1);
    await anyone.post('livechat/room.close', { token: second.token, rid: room._id });

    const traces = [email, phone, name, ...tokens, earlier];
    expect((await whereIs(service.db, traces)).length).toBeGreaterThan(5);
    lines.length = 0;
    expect(await errorOf(anyone.delete(`livechat/visitor/${second.token}`))).toBe('200 undefined');
    expect(await whereIs(service.db, [...traces, sub])).toEqual([]);
    const receipt = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'job done');
    expect(receipt).toMatchObject({ job: 'remove-visitor', subject: first._id });
    expect(receipt.done).toMatchObject({ rooms: 1, contacts: 1, visitors: 1, identities: 1, tokens: 1 });
    expect(receipt.done.claims).toBe(2);
    for (const what of ['messages', 'pageViews'])
      expect([what, receipt.done[what] > 1]).toEqual([what, true]);
    expect(lines.join()).not.toContain(name);
    for (const token of tokens)
      expect(await errorOf(anyone.get(`livechat/visitor/${token}`))).toMatch('invalid-token');
  });

  it('spares what a token has been used for by somebody else since', async () => {
    const { visitor, room, token } = await startChat(anyone);
    await collection(service.db, 'livechat_visitor').updateOne(
      { _id: visitor._id },
      { $set: { token: unique('new') } },
    );
    const next = await registerVisitor(anyone, { token });
    expect(next._id).not.toBe(visitor._id);
    await anyone.post('livechat/page.visited', { token, pageInfo });
    await removeVisitorData(service.deps, run(visitor._id));
    expect(await collection(service.db, 'room').findOne({ _id: room._id })).toBeNull();
    expect(await collection(service.db, 'message').countDocuments({ 'navigation.token': token })).toBe(1);
  });
});

describe('a request that races with the deletion of its visitor', () => {
  it('leaves no room that it opens afterwards', async () => {
    const { _id, token } = await registerVisitor(anyone);
    const deps = depsWith('rooms', {
      async open(room) {
        await removeVisitorData(service.deps, run(_id));
        return service.deps.rooms.open(room);
      },
    });
    await expect(getRoom(deps, { token, source })).rejects.toMatchObject({ code: 'invalid-token' });
    expect(await collection(service.db, 'room').findOne({ 'v._id': _id })).toBeNull();
    expect(await listContacts(service.db, _id)).toEqual([]);
    expect(await collection(service.db, 'livechat_visitor').findOne({ _id })).not.toHaveProperty('lastChat');
  });

  it('leaves no room that it opens while the others are removed', async () => {
    const visitor = await registerVisitor(anyone);
    const deps = depsWith('contacts', {
      async disable(id) {
        await openRoom(anyone, visitor);
        return service.deps.contacts.disable(id);
      },
    });
    await removeVisitorData(deps, run(visitor._id));
    expect(await collection(service.db, 'room').findOne({ 'v._id': visitor._id })).toBeNull();
  });

  it('leaves no message', async () => {
    const { rid, token } = await startChat(anyone);
    const deps = depsWith('messages', {
      async insert(message) {
        await service.deps.messages.deleteByRooms([rid]);
        await service.deps.rooms.delete([rid]);
        return service.deps.messages.insert(message);
      },
    });
    const sending = sendVisitorMessage(deps, { token, rid, msg: 'still there?' });
    await expect(sending).rejects.toMatchObject({ code: 'invalid-room' });
    expect(await collection(service.db, 'message').countDocuments({ rid })).toBe(0);
  });

  it('leaves nothing of the room that it closes', async () => {
    const { rid, token, visitor } = await startChat(anyone);
    const deps = depsWith('rooms', {
      async close(id, closing) {
        const closed = await service.deps.rooms.close(id, closing);
        await removeVisitorData(service.deps, run(visitor._id));
        return closed;
      },
    });
    await closeByVisitor(deps, { token, rid });
    expect(await whereIs(service.db, [token, rid])).toEqual([]);
  });

  describe('leaves no delivery', () => {
    /** Adds no delivery until the visitor has been deleted. */
    const deletedFirst = (visitorId: string): Dependencies => {
      const { deliveries } = service.deps;
      return {
        ...service.deps,
        deliveries: {
          async add(...given) {
            await removeVisitorData(service.deps, run(visitorId));
            await deliveries.add(...given);
          },
          remove: (ids) => deliveries.remove(ids),
          removeAbout: (ids) => deliveries.removeAbout(ids),
        },
      };
    };

    it('of a transcript', async () => {
      const { rid, token, visitor } = await startChat(anyone);
      const said = unique('said');
      await say(anyone, token, rid, said);
      const order = { token, rid, email: 'ann@x.io', subject: '' };
      await sendTranscript(deletedFirst(visitor._id), order);
      expect(await whereIs(service.db, [token, rid, said])).toEqual([]);
    });

    it('of an offline message', async () => {
      const { token, visitor } = await startChat(anyone);
      const message = unique('said');
      const form = { token, name: 'Ann', email: 'ann@x.io', message };
      await leaveOfflineMessage(deletedFirst(visitor._id), form);
      expect(await whereIs(service.db, [token, message])).toEqual([]);
    });

    it('of a webhook', async () => {
      const { rid, room, token, visitor } = await startChat(anyone);
      const said = unique('said');
      await say(anyone, token, rid, said);
      const webhook = {
        ...({ _id: 'hook', event: 'visitor_queued', dataTypes: ['chat', 'visitor'] } as const),
        ...{ url: 'http://192.0.2.1/', token: 'secret', createdAt: new Date(0) },
      };
      const deps = deletedFirst(visitor._id);
      const webhooks = { ...deps.webhooks, list: async () => [webhook] };
      const document = { ...room, ts: new Date(), queuedAt: new Date() };
      await chatEventListener({ ...deps, webhooks }).receive({ kind: 'changed', subject: 'room', document });
      expect(await whereIs(service.db, [token, said])).toEqual([]);
    });
  });

  it('stores no custom field, chat or activity with the visitor', async () => {
    const { _id } = await registerVisitor(anyone);
    const { visitors } = service.deps;
    await visitors.disable(_id);
    const before = await collection(service.db, 'livechat_visitor').findOne({ _id });
    expect(await visitors.setCustomFields(_id, { always: { a: '1' }, ifAbsent: { b: '2' } })).toBeNull();
    expect(await visitors.setLastChat(_id, { _id: 'room', ts: new Date() })).toBe(false);
    await visitors.addActivity(_id, '2026-01');
    expect(await collection(service.db, 'livechat_visitor').findOne({ _id })).toEqual(before);
  });
});
