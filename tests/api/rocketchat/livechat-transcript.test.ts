import { errorOf } from '../../support/client.ts';
import {
  type Agent,
  insertAgent,
  manualSelection,
  say,
  startChat,
  storedRoom,
  take,
  withSetting,
} from '../../support/conversations.ts';
import { eventually } from '../../support/eventually.ts';
import { type ReceivedMail, type SmtpServer, startSmtpServer } from '../../support/smtp-server.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

let smtp: SmtpServer;
let now = new Date('2026-01-31T08:15:30.000Z');
const env: Record<string, string> = { ...manualSelection };
beforeAll(async () => {
  smtp = await startSmtpServer();
  env.MAIL_URL = smtp.url;
});
const { service, anyone, admin } = useService(env, { clock: () => now });
let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service, { roles: ['user', 'livechat-agent', 'livechat-manager'] });
});
afterAll(() => smtp.stop());

/** The mails to an address, once there are so many. */
async function mailsTo(address: string, count = 1): Promise<ReceivedMail[]> {
  const mails = () => smtp.mails.filter(({ to }) => to === address);
  await eventually(() => expect(mails().length).toBeGreaterThanOrEqual(count));
  return mails();
}

/** The text of a mail as people read it: quoted-printable and base64 are undone. */
const readable = ({ text }: ReceivedMail): string =>
  text
    .replace(/=\n/g, '')
    .replace(/((?:=[0-9A-F]{2})+)/g, (_, hex: string) =>
      Buffer.from(hex.replaceAll('=', ''), 'hex').toString('utf8'),
    );

const address = () => `${unique('ann')}@example.org`;

/** A chat in which both sides have said something. */
async function conversation() {
  const chat = await startChat(anyone, { name: 'Ann' });
  await take(agent, chat.rid);
  await say(anyone, chat.token, chat.rid, 'Is <b>this</b> & that "ok"?');
  await agent.api.post('chat.sendMessage', { message: { rid: chat.rid, msg: 'Yes,\nit is.' } });
  return chat;
}

describe('POST livechat/transcript', () => {
  it('mails what was said, as text and as HTML in which nothing runs', async () => {
    const { token, rid } = await conversation();
    const email = address();
    const answer = await anyone.post('livechat/transcript', { token, rid, email });
    expect(answer.body).toEqual({ message: 'Omnichannel transcript sent', success: true });
    const [mail] = await mailsTo(email);
    const text = readable(mail as ReceivedMail);
    expect(text).toContain('Subject: Transcript of your livechat conversation.');
    expect(text).toContain('You, January 31, 2026 at 8:15 AM UTC\nIs <b>this</b> & that "ok"?');
    expect(text).toContain('Agent Ann, January 31, 2026');
    expect(text).toContain('Is &lt;b&gt;this&lt;/b&gt; &amp; that "ok"?');
    expect(text).toContain('<p>Yes,<br>it is.</p>');
    expect(text).not.toContain('connected');
  });

  it('goes to the room of a visitor who has another token by now, and of one that is closed', async () => {
    const { token, rid, visitor } = await conversation();
    await collection(service.db, 'livechat_visitor').updateOne(
      { _id: visitor._id },
      { $set: { token: unique('new') } },
    );
    const email = address();
    expect(await errorOf(anyone.post('livechat/transcript', { token, rid, email }))).toBe('200 undefined');
    await admin.post('livechat/room.closeByUser', { rid, comment: 'Done' });
    const later = address();
    await anyone.post('livechat/transcript', { token, rid, email: later });
    await mailsTo(email);
    const [mail] = await mailsTo(later);
    expect(readable(mail as ReceivedMail)).not.toContain('Done');
  });

  it('does not go to whoever uses the browser now', async () => {
    const { token, rid, visitor } = await conversation();
    await service.deps.visitors.dropToken(visitor._id, token);
    await registerVisitor(anyone, { token });
    const order = { token, rid, email: address() };
    expect(await errorOf(anyone.post('livechat/transcript', order))).toBe('400 error-invalid-visitor');
  });

  it('is mailed once if it is ordered again within a minute, and again later', async () => {
    const { token, rid } = await conversation();
    const email = address();
    const order = () => anyone.post('livechat/transcript', { token, rid, email, subject: 'Mine' });
    await Promise.all(Array.from({ length: 4 }, order));
    expect(await mailsTo(email)).toHaveLength(1);
    now = new Date(now.getTime() + 60_000);
    await order();
    expect(await mailsTo(email, 2)).toHaveLength(2);
    const notes = await collection(service.db, 'message')
      .find({ rid, t: 'livechat_transcript_history' })
      .toArray();
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatchObject({ u: { _id: 'rocket.cat' }, requestData: { type: 'visitor' } });
    expect(JSON.stringify(notes)).not.toContain(token);
  });

  it('hides who the agents are, and shows who came, if the site says so', async () => {
    const { token, rid } = await conversation();
    const email = address();
    await withSetting(admin, 'Livechat_show_agent_info', false, () =>
      withSetting(admin, 'Livechat_transcript_show_system_messages', true, async () => {
        await anyone.post('livechat/transcript', { token, rid, email });
      }),
    );
    const [mail] = await mailsTo(email);
    const text = readable(mail as ReceivedMail);
    expect(text).not.toContain('Agent Ann');
    expect(text).toMatch(/Agent, .*\nhas joined the conversation/);
  });

  it('is refused for unknown rooms, somebody else’s, and what is no address', async () => {
    const { token, rid } = await startChat(anyone);
    const stranger = await registerVisitor(anyone);
    const email = address();
    const order = (body: object) => errorOf(anyone.post('livechat/transcript', body));
    expect(await order({ token, rid: 'no-room', email })).toBe('400 error-invalid-room');
    expect(await order({ token: unique('nobody'), rid, email })).toBe('400 error-invalid-visitor');
    expect(await order({ token: stranger.token, rid, email })).toBe('400 error-invalid-visitor');
    expect(await order({})).toBe("400 must have required property 'rid' [invalid-params]");
    for (const bad of ['ann', 'a@x.io,b@x.io', 'a@x.io\r\nBcc: b@x.io', 'Ann <a@x.io>', '@x.io', ''])
      expect(await order({ token, rid, email: bad })).toBe(`400 Invalid email ${bad} [error-invalid-email]`);
    expect(smtp.mails.filter(({ to }) => to === email)).toEqual([]);
  });
});

describe('POST and DELETE livechat/transcript/:rid', () => {
  it('has the transcript mailed when the room is closed, whoever closes it', async () => {
    const { token, rid } = await conversation();
    const email = address();
    const request = { email, subject: 'Your order' };
    expect((await agent.api.post(`livechat/transcript/${rid}`, request)).body).toEqual({ success: true });
    expect((await storedRoom(service.db, rid)).transcriptRequest).toEqual({
      ...request,
      requestedAt: now,
      requestedBy: { _id: agent._id, username: agent.username, name: 'Agent Ann' },
    });
    await anyone.post('livechat/room.close', { token, rid });
    const [mail] = await mailsTo(email);
    expect(readable(mail as ReceivedMail)).toContain('Subject: Your order');
    expect(await storedRoom(service.db, rid)).not.toHaveProperty('transcriptRequest');
    const closing = await collection(service.db, 'message').findOne({ rid, t: 'livechat-close' });
    expect(closing).toMatchObject({ transcriptRequested: true });
    const note = await collection(service.db, 'message').findOne({ rid, t: 'livechat_transcript_history' });
    expect(note).toMatchObject({ u: { _id: agent._id }, requestData: { type: 'user' } });
  });

  it('mails nothing once it was withdrawn', async () => {
    const { rid } = await conversation();
    const email = address();
    await agent.api.post(`livechat/transcript/${rid}`, { email, subject: '' });
    expect((await agent.api.delete(`livechat/transcript/${rid}`)).body).toEqual({ success: true });
    await admin.post('livechat/room.closeByUser', { rid, comment: 'x' });
    expect(
      await collection(service.db, 'message').countDocuments({ rid, t: 'livechat_transcript_history' }),
    ).toBe(0);
  });

  it('has one winner among several who ask', async () => {
    const { rid } = await startChat(anyone);
    const ask = () => errorOf(admin.post(`livechat/transcript/${rid}`, { email: address(), subject: 'x' }));
    const answers = await Promise.all(Array.from({ length: 4 }, ask));
    expect(answers.sort()).toEqual([
      '200 undefined',
      ...Array(3).fill('400 error-transcript-already-requested'),
    ]);
  });

  it('is refused without a login, a permission, access, an open room, or a request', async () => {
    const { rid } = await startChat(anyone);
    const path = `livechat/transcript/${rid}`;
    const request = { email: address(), subject: 'x' };
    const plainAgent = await insertAgent(service);
    const granted = {
      permissions: [{ _id: 'send-omnichannel-chat-transcript', roles: ['admin', 'livechat-agent'] }],
    };
    expect((await anyone.post(path, request)).status).toBe(401);
    expect((await plainAgent.api.post(path, request)).status).toBe(403);
    expect((await plainAgent.api.delete(path)).status).toBe(403);
    await admin.post('permissions.update', granted);
    const other = await startChat(anyone);
    await take(agent, other.rid);
    const refused = (answer: ReturnType<typeof admin.post>) => errorOf(answer);
    expect(await refused(plainAgent.api.post(`livechat/transcript/${other.rid}`, request))).toBe(
      '400 error-not-allowed',
    );
    expect(await refused(admin.post(path, { email: 'x', subject: 'x' }))).toMatch('400 Invalid email');
    expect(await refused(admin.delete(path))).toBe('400 error-transcript-not-requested');
    expect(await refused(admin.post('livechat/transcript/no-room', request))).toBe('400 error-invalid-room');
    await admin.post('livechat/room.closeByUser', { rid, comment: 'x' });
    expect(await refused(admin.post(path, request))).toBe('400 error-invalid-room');
    expect(await refused(admin.delete(path))).toBe('400 error-invalid-room');
  });
});

describe('closing a room', () => {
  it('mails the transcript where the agent says, instead of where it was to go', async () => {
    const { rid } = await conversation();
    const [first, second] = [address(), address()];
    await agent.api.post(`livechat/transcript/${rid}`, { email: first, subject: '' });
    const close = (email: string) =>
      admin.post('livechat/room.closeByUser', {
        rid,
        comment: 'x',
        transcriptEmail: { sendToVisitor: true, requestData: { email, subject: 'Yours' } },
      });
    expect(await errorOf(close('nobody'))).toBe('400 Invalid email nobody [error-invalid-email]');
    expect((await close(second)).status).toBe(200);
    expect(readable((await mailsTo(second))[0] as ReceivedMail)).toContain('Subject: Yours');
    expect(smtp.mails.filter(({ to }) => to === first)).toEqual([]);
  });

  it('mails none if the agent says so', async () => {
    const { rid } = await conversation();
    const email = address();
    await agent.api.post(`livechat/transcript/${rid}`, { email, subject: '' });
    await admin.post('livechat/room.closeByUser', {
      rid,
      comment: 'x',
      transcriptEmail: { sendToVisitor: false },
    });
    expect(await storedRoom(service.db, rid)).not.toHaveProperty('transcriptRequest');
    expect(
      await collection(service.db, 'message').countDocuments({ rid, t: 'livechat_transcript_history' }),
    ).toBe(0);
  });

  it('mails it to every visitor with an address if the site does', async () => {
    const email = address();
    const { token, rid } = await startChat(anyone, { email });
    const unknown = await startChat(anyone);
    await withSetting(admin, 'Livechat_transcript_send_always', true, async () => {
      await anyone.post('livechat/room.close', { token, rid });
      await anyone.post('livechat/room.close', { token: unknown.token, rid: unknown.rid });
    });
    expect(readable((await mailsTo(email))[0] as ReceivedMail)).toContain('Nothing was said.');
  });

  it('that was interrupted before the mail is made up for when it is tried again', async () => {
    const { rid, token } = await conversation();
    const email = address();
    const transcriptRequest = { email, subject: '', requestedAt: now, requestedBy: { _id: agent._id } };
    const change = { $unset: { open: 1 as const }, $set: { closedAt: new Date(0), transcriptRequest } };
    await collection(service.db, 'room').updateOne({ _id: rid }, change);
    expect(await errorOf(anyone.post('livechat/room.close', { token, rid }))).toBe('400 room-closed');
    await mailsTo(email);
  });
});

describe('a transcript that waits for the mail server', () => {
  it('is deleted with its visitor', async () => {
    const said = unique('secret');
    const { token, rid } = await startChat(anyone);
    await say(anyone, token, rid, said);
    smtp.refuseWith('451 later');
    await anyone.post('livechat/transcript', { token, rid, email: address() });
    await anyone.post('livechat/room.close', { token, rid });
    const waiting = () => service.db.collection('foyer_delivery').countDocuments({ 'content.about': rid });
    expect(await waiting()).toBe(1);
    expect((await anyone.delete(`livechat/visitor/${token}`)).status).toBe(200);
    expect(await waiting()).toBe(0);
    smtp.refuseWith(undefined);
  });
});
