import {
  createQuietVisitorsCheck,
  type QuietVisitorsDeps,
} from '../../../src/domain/conversation/quiet-visitors.ts';
import { manualSelection, say, startChat } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, insertClosedRoom, insertOpenRoom, registerVisitor } from '../../support/visitors.ts';
import { openPage } from '../../support/visits.ts';

const { service, anyone, admin, outsider } = useService();

describe('POST livechat/visitor.status', () => {
  const path = 'livechat/visitor.status';

  it('is stored on the open rooms and in the queue, and nowhere else', async () => {
    const visitor = await registerVisitor(anyone);
    const open = await insertOpenRoom(service.db, visitor);
    const closed = await insertClosedRoom(service.db, visitor);
    const answer = await anyone.post(path, { token: visitor.token, status: 'away' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ token: visitor.token, status: 'away', success: true });
    const room = (_id: string) => collection(service.db, 'room').findOne({ _id });
    expect(await room(open)).toMatchObject({ v: { status: 'away' } });
    expect(await room(closed)).toMatchObject({ v: { status: 'online' } });
    const inquiry = await collection(service.db, 'livechat_inquiry').findOne({ rid: open });
    expect(inquiry).toMatchObject({ v: { status: 'away' } });
    const after = await anyone.get(`livechat/visitor/${visitor.token}`);
    expect(after.body.visitor).toEqual(visitor);
  });

  it.each([
    ['no token', { status: 'away' }, "Match error: Missing key 'token'"],
    ['no status', { token: 'a' }, "Match error: Missing key 'status'"],
    ['an unknown token', { token: 'invalid', status: 'away' }, '[invalid-token]'],
    [
      'an operator',
      { token: { $gt: '' }, status: 'away' },
      'Match error: Expected string, got object in field token',
    ],
  ])('refuses %s', async (_title, body, error) => {
    const answer = await anyone.post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error });
  });
});

describe('A visitor who is not heard from', () => {
  const startedAt = Date.now();
  let now = new Date(startedAt);
  const later = (minutes: number) => {
    now = new Date(startedAt + minutes * 60_000);
  };
  const withoutAgents = { OVERWRITE_SETTING_Livechat_accept_chats_with_no_agents: 'true' };
  const there = useService({ ...manualSelection, ...withoutAgents }, { clock: () => now });

  const look = (deps: QuietVisitorsDeps = there.service.deps) =>
    createQuietVisitorsCheck(deps)(new AbortController().signal);

  /** A visitor with a chat, and what they are in their room and in the queue. */
  async function startWaiting() {
    const { token, rid } = await startChat(there.anyone);
    const expectBoth = async (status: string) => {
      const { db } = there.service;
      expect(await collection(db, 'room').findOne({ _id: rid })).toMatchObject({ v: { status } });
      expect(await collection(db, 'livechat_inquiry').findOne({ rid })).toMatchObject({ v: { status } });
    };
    return { token, rid, expectBoth };
  }

  /** Opens a page, which is noted by the time that this ends. */
  async function browse(token: string) {
    await openPage(there.anyone, { token });
    return there.service.deps.visitorRecords.findByToken(token);
  }

  it('goes offline after ten minutes in their room and in the queue, until they write again', async () => {
    const { token, rid, expectBoth } = await startWaiting();
    later(9);
    await look();
    await expectBoth('online');
    await say(there.anyone, token, rid, 'still here');
    later(12);
    await look();
    await expectBoth('online');
    later(20);
    await look();
    await expectBoth('offline');
    await say(there.anyone, token, rid, 'back again');
    await expectBoth('online');
  });

  it('is online again as soon as they open a page', async () => {
    later(0);
    const { token, expectBoth } = await startWaiting();
    await browse(token);
    later(11);
    await look();
    await expectBoth('offline');
    await browse(token);
    await expectBoth('online');
  });

  it('keeps a status of their own while something is heard of them', async () => {
    later(0);
    const { token, expectBoth } = await startWaiting();
    await browse(token);
    await there.anyone.post('livechat/visitor.status', { token, status: 'offline' });
    later(9);
    await browse(token);
    await expectBoth('offline');
  });

  it('stays online if something is heard of them just then', async () => {
    later(0);
    const { token, expectBoth } = await startWaiting();
    await browse(token);
    later(11);
    const record = await browse(token);
    const { deps } = there.service;
    const readQuiet = async function* () {
      yield [record?.visitorId ?? ''];
    };
    await look({ ...deps, visitorRecords: { ...deps.visitorRecords, readQuiet } });
    await expectBoth('online');
  });

  it('keeps their status where the setting is 0', async () => {
    const { db } = there.service;
    const { rid } = await startChat(there.anyone);
    await there.admin.post('settings/Foyer_Visitor_Offline_Minutes', { value: 0 });
    later(60);
    await look();
    expect(await collection(db, 'room').findOne({ _id: rid })).toMatchObject({ v: { status: 'online' } });
  });
});

describe('GET livechat/visitor/:token/room', () => {
  it('lists the open rooms of a token, in part', async () => {
    const visitor = await registerVisitor(anyone);
    const rid = await insertOpenRoom(service.db, visitor, { servedBy: { _id: 'a', username: 'agent' } });
    await insertClosedRoom(service.db, visitor);
    const answer = await admin.get(`livechat/visitor/${visitor.token}/room`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      rooms: [{ _id: rid, t: 'l', cl: false, servedBy: { _id: 'a', username: 'agent' } }],
      success: true,
    });
  });

  it('lists none for an unknown token, and none to users who are not managers', async () => {
    const unknown = await admin.get('livechat/visitor/invalid/room');
    expect([unknown.status, unknown.body]).toEqual([200, { rooms: [], success: true }]);
    expect(await outsider.get('livechat/visitor/invalid/room')).toMatchObject({ status: 403 });
    expect(await anyone.get('livechat/visitor/invalid/room')).toMatchObject({ status: 401 });
  });
});
