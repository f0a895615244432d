import { errorOf } from '../../support/client.ts';
import {
  type Agent,
  createDepartment,
  insertAgent,
  manualSelection,
  say,
  startChat,
  storedRoom,
  take,
  transcriptOf,
  withSetting,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection } from '../../support/visitors.ts';

let now = new Date();
const wait = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1_000);
};
const { service, anyone, admin } = useService(manualSelection, { clock: () => now });

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

const rooms = () => collection(service.db, 'room');
const closeByUser = (rid: string, more: object = {}) =>
  admin.post('livechat/room.closeByUser', { rid, comment: 'Done', ...more });
const close = (token: string, rid: string) => anyone.post('livechat/room.close', { token, rid });

describe('a closed room', () => {
  it('knows how many seconds it was open, and served', async () => {
    const { token, rid } = await startChat(anyone);
    wait(60);
    await take(agent, rid);
    wait(90);
    await close(token, rid);
    const { closedAt, metrics } = await storedRoom(service.db, rid);
    expect(closedAt).toEqual(now);
    expect(metrics).toMatchObject({ chatDuration: 150, serviceTimeDuration: 90 });
  });

  it('has no service time if nobody took it', async () => {
    const { token, rid } = await startChat(anyone);
    await close(token, rid);
    expect((await storedRoom(service.db, rid)).metrics).not.toHaveProperty('serviceTimeDuration');
  });

  it('ends with its comment, even if the clock has been set back', async () => {
    const { token, rid } = await startChat(anyone);
    await say(anyone, token, rid, 'Hello');
    wait(-3_600);
    await close(token, rid);
    const transcript = ['livechat-started:', 'Hello', 'livechat-close:Closed by visitor'];
    expect(await transcriptOf(service.db, rid)).toEqual(transcript);
    wait(3_600);
  });

  it('gets a message each time it is closed, if a Rocket.Chat reopens it', async () => {
    const { rid } = await startChat(anyone);
    await closeByUser(rid);
    wait(60);
    await rooms().updateOne({ _id: rid }, { $set: { open: true }, $unset: { closedAt: 1 } });
    await closeByUser(rid);
    const done = 'livechat-close:Done';
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:', done, done]);
    expect((await storedRoom(service.db, rid)).msgs).toBe(3);
  });

  it('can be closed by force, which cleans up what is left of it, if a setting allows that', async () => {
    const { token, rid } = await startChat(anyone);
    await close(token, rid);
    for (const name of ['livechat_inquiry', 'subscription']) {
      await collection(service.db, name).insertOne({ _id: `left-in-${name}`, rid, t: 'l' });
    }
    wait(1);
    const withForce = () => closeByUser(rid, { forceClose: true });
    expect(await errorOf(withForce())).toBe('400 error-room-already-closed');
    await collection(service.db, 'livechat_inquiry').insertOne({ _id: 'left-later', rid, t: 'l' });
    await withSetting(admin, 'Omnichannel_allow_force_close_conversations', true, async () => {
      expect((await withForce()).status).toBe(200);
    });
    for (const name of ['livechat_inquiry', 'subscription'])
      expect(await collection(service.db, name).countDocuments({ rid })).toBe(0);
    expect((await storedRoom(service.db, rid)).closer).toBe('visitor');
  });

  it('could be closed by an agent subscribed to it, not by another', async () => {
    const other = await insertAgent(service);
    const { rid } = await startChat(anyone);
    await take(agent, rid);
    const closing = (by: Agent) =>
      errorOf(by.api.post('livechat/room.closeByUser', { rid, comment: 'Done' }));
    expect(await closing(other)).toBe('400 error-not-authorized');
    expect(await closing(agent)).toBe('200 undefined');
  });
});

describe('the transcript of a closed room', () => {
  const enable = 'Livechat_enable_transcript';
  const always = 'Livechat_transcript_send_always';
  const closingOf = async (given: object = {}) => {
    const { token, rid } = await startChat(anyone);
    await rooms().updateOne({ _id: rid }, { $set: { lm: now, ...given } });
    await close(token, rid);
    const message = await collection(service.db, 'message').findOne({ rid, t: 'livechat-close' });
    const isOffered = (await transcriptOf(service.db, rid)).includes('command:promptTranscript');
    return { requested: message?.transcriptRequested, isOffered };
  };

  it('is requested if somebody asked for it', async () => {
    expect(await closingOf()).toEqual({ requested: false, isOffered: false });
    const transcriptRequest = { requestedAt: now, email: 'vi@x.io' };
    expect(await closingOf({ transcriptRequest })).toEqual({ requested: true, isOffered: false });
  });

  it('is requested unasked if the site always sends it', () =>
    withSetting(admin, always, true, async () => {
      expect(await closingOf()).toEqual({ requested: true, isOffered: false });
    }));

  it('is offered if the site asks the visitor, but not if it is always sent', () =>
    withSetting(admin, enable, true, async () => {
      expect(await closingOf()).toEqual({ requested: false, isOffered: true });
      await withSetting(admin, always, true, async () => {
        expect(await closingOf()).toEqual({ requested: false, isOffered: false });
      });
    }));
});

describe('the tags of a closed room', () => {
  const insist = { requestTagBeforeClosingChat: true };
  const mustHaveTags = '400 error-tags-must-be-assigned-before-closing-chat';

  it('are those given and those of its department, if that requires some', async () => {
    const given = { ...insist, chatClosingTags: ['support'] };
    const department = await createDepartment(admin, [agent], given);
    const { rid } = await startChat(anyone, { department });
    expect(await errorOf(closeByUser(rid))).toBe(mustHaveTags);
    await closeByUser(rid, { tags: ['billing'] });
    expect((await storedRoom(service.db, rid)).tags).toEqual(['billing', 'support']);
  });

  it('are those that it has already and those given, each once', async () => {
    const { rid } = await startChat(anyone);
    await rooms().updateOne({ _id: rid }, { $set: { tags: ['vip', 'billing'] } });
    await closeByUser(rid, { tags: ['billing'] });
    expect((await storedRoom(service.db, rid)).tags).toEqual(['billing', 'vip']);
  });

  it('cannot be given by a visitor, so the department must have some of its own', async () => {
    const tagged = await createDepartment(admin, [agent], { ...insist, chatClosingTags: ['support'] });
    const leaving = await startChat(anyone, { department: tagged });
    expect(await errorOf(close(leaving.token, leaving.rid))).toBe('200 undefined');
    expect((await storedRoom(service.db, leaving.rid)).tags).toEqual(['support']);

    const department = await createDepartment(admin, [agent]);
    await collection(service.db, 'livechat_department').updateOne({ _id: department }, { $set: insist });
    const { token, rid } = await startChat(anyone, { department });
    await rooms().updateOne({ _id: rid }, { $set: { tags: ['vip'] } });
    expect(await errorOf(close(token, rid))).toBe(mustHaveTags);
    expect((await storedRoom(service.db, rid)).open).toBe(true);
  });
});
