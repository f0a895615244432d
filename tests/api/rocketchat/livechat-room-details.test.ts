import { errorOf } from '../../support/client.ts';
import {
  type Agent,
  insertAgent,
  manualSelection,
  say,
  startChat,
  storedRoom,
  take,
  transcriptOf,
  withPermission,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService(manualSelection);
let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service, { name: 'Ann' });
});

describe('POST livechat/room.survey', () => {
  it('keeps what a visitor thinks, without what was not asked', async () => {
    const { token, rid } = await startChat(anyone);
    await anyone.post('livechat/room.close', { token, rid });
    const data = [
      { name: 'satisfaction', value: '5' },
      { name: 'agentResposiveness', value: '6' },
      { name: 'mood', value: '1' },
      { name: 'additionalFeedback', value: 'Fine!' },
    ];
    const answer = await anyone.post('livechat/room.survey', { token, rid, data });
    const kept = { satisfaction: '5', additionalFeedback: 'Fine!' };
    expect(answer.body).toEqual({ rid, data: kept, success: true });
    expect((await storedRoom(service.db, rid)).surveyFeedback).toEqual(kept);
  });

  it('is refused for unknown tokens and rooms, other people’s rooms, and answers to nothing', async () => {
    const { token, rid } = await startChat(anyone);
    const stranger = await registerVisitor(anyone);
    const send = (body: object) => errorOf(anyone.post('livechat/room.survey', body));
    const data = [{ name: 'satisfaction', value: '5' }];
    expect(await send({ token: unique('no'), rid, data })).toBe('400 invalid-token');
    expect(await send({ token, rid: 'no-room', data })).toBe('400 invalid-room');
    expect(await send({ token: stranger.token, rid, data })).toBe('400 invalid-room');
    expect(await send({ token, rid, data: [{ name: '__proto__', value: '5' }] })).toBe('400 invalid-data');
    expect(await send({ token, rid, data: [] })).toBe(
      '400 must NOT have fewer than 1 items [invalid-params]',
    );
    expect(await storedRoom(service.db, rid)).not.toHaveProperty('surveyFeedback');
  });
});

describe('GET livechat/room.join', () => {
  it('lets somebody sit in beside the agent, once, however often they ask', async () => {
    const { token, rid } = await startChat(anyone);
    await take(agent, rid);
    const join = () => admin.get('livechat/room.join', { roomId: rid });
    const answers = await Promise.all(Array.from({ length: 4 }, join));
    expect(answers.map(({ body }) => body)).toEqual(Array(4).fill({ success: true }));
    expect(await collection(service.db, 'subscription').countDocuments({ rid })).toBe(2);
    const room = await storedRoom(service.db, rid);
    expect(room).toMatchObject({ servedBy: { _id: agent._id }, usersCount: 3 });
    expect((await transcriptOf(service.db, rid)).filter((line) => line === 'uj:')).toHaveLength(2);
    await anyone.post('livechat/room.close', { token, rid });
    expect(await collection(service.db, 'subscription').countDocuments({ rid })).toBe(0);
  });

  it('is refused for unknown and closed rooms, and for whoever has no access or permission', async () => {
    const { token, rid } = await startChat(anyone);
    await take(agent, rid);
    const other = await insertAgent(service);
    const join = (roomId: string, by = admin) => errorOf(by.get('livechat/room.join', { roomId }));
    expect(await join('no-room')).toBe('400 error-invalid-room');
    expect(await join(rid, other.api)).toBe('400 error-not-allowed');
    expect(await join(rid, outsider)).toMatch('403');
    expect((await anyone.get('livechat/room.join', { roomId: rid })).status).toBe(401);
    await anyone.post('livechat/room.close', { token, rid });
    expect(await join(rid)).toBe('400 room-closed');
  });
});

describe('POST livechat/room.saveInfo', () => {
  const save = (guestData: object, roomData: object, by = agent.api) =>
    by.post('livechat/room.saveInfo', { guestData, roomData });
  beforeAll(async () => {
    const fields = [
      { _id: 'city', label: 'City', scope: 'visitor', visibility: 'visible', regexp: '^[A-Z]' },
      { _id: 'order', label: 'Order', scope: 'room', visibility: 'visible' },
    ];
    for (const field of fields) await collection(service.db, 'livechat_custom_field').insertOne(field);
  });

  it('keeps what an agent knows about the room and its visitor', async () => {
    const { rid, visitor } = await startChat(anyone);
    await take(agent, rid);
    const guest = {
      ...{ _id: visitor._id, name: 'Vera', email: 'Vera@Example.org', phone: '123' },
      livechatData: { city: 'Oslo', unknown: 'x' },
    };
    const notes = { _id: rid, topic: ' A refund ', tags: ['billing'], livechatData: { order: '12' } };
    expect((await save(guest, notes)).body).toEqual({ success: true });
    expect(await storedRoom(service.db, rid)).toMatchObject({
      ...{ topic: 'A refund', tags: ['billing'], livechatData: { order: '12' }, fname: 'Vera' },
    });
    const known = (await anyone.get(`livechat/visitor/${visitor.token}`)).body.visitor;
    expect(known).toMatchObject({
      ...{ name: 'Vera', visitorEmails: [{ address: 'vera@example.org' }], phone: [{ phoneNumber: '123' }] },
    });
    expect(known.livechatData).toEqual({ city: 'Oslo' });
    await save({ _id: visitor._id }, { _id: rid, topic: '', tags: [] });
    const later = await storedRoom(service.db, rid);
    expect(later).not.toHaveProperty('topic');
    expect(later).not.toHaveProperty('tags');
    expect(later).toMatchObject({ fname: 'Vera', livechatData: { order: '12' } });
  });

  it('keeps nothing if a value does not match its field', async () => {
    const { rid, visitor } = await startChat(anyone);
    await take(agent, rid);
    const guest = { _id: visitor._id, name: 'Vera', livechatData: { city: 'oslo' } };
    expect(await errorOf(save(guest, { _id: rid, topic: 'x' }))).toBe('400 Invalid value for City field');
    expect(await storedRoom(service.db, rid)).not.toHaveProperty('topic');
    await withPermission(admin, 'edit-livechat-room-customfields', [], async () => {
      expect((await save(guest, { _id: rid })).status).toBe(200);
    });
  });

  it('is refused for other agents’ rooms, and for visitors of other rooms', async () => {
    const { rid, visitor } = await startChat(anyone);
    await take(agent, rid);
    const stranger = await registerVisitor(anyone);
    const other = await insertAgent(service);
    const guest = { _id: visitor._id };
    expect((await save(guest, { _id: rid }, other.api)).status).toBe(403);
    expect((await save(guest, { _id: rid }, outsider)).status).toBe(403);
    expect((await save(guest, { _id: rid }, anyone)).status).toBe(401);
    expect((await save(guest, { _id: rid }, admin)).status).toBe(200);
    expect(await errorOf(save({ _id: stranger._id }, { _id: rid }))).toBe('400 error-invalid-visitor');
    expect(await errorOf(save(guest, { _id: 'no-room' }))).toBe('400 error-invalid-room');
    expect(await errorOf(save({}, { _id: rid }))).toBe(
      "400 must have required property '_id' [invalid-params]",
    );
    expect(await errorOf(save({ ...guest, livechatData: 'x' }, { _id: rid }))).toMatch('must be object');
  });
});

describe('POST livechat/visitor.callStatus', () => {
  it('keeps how a call is going', async () => {
    const { token, rid } = await startChat(anyone);
    const body = { token, rid, callStatus: 'ringing', callId: 'call' };
    const answer = await anyone.post('livechat/visitor.callStatus', body);
    expect(answer.body).toEqual({ token, callStatus: 'ringing', success: true });
    expect(await storedRoom(service.db, rid)).toMatchObject({ callStatus: 'ringing' });
  });

  it('is refused without a field, for an unknown token, and for somebody else’s room', async () => {
    const { token, rid } = await startChat(anyone);
    const stranger = await registerVisitor(anyone);
    const body = { token, rid, callStatus: 'ringing', callId: 'call' };
    const send = (change: object) =>
      errorOf(anyone.post('livechat/visitor.callStatus', { ...body, ...change }));
    for (const field of ['token', 'rid', 'callStatus', 'callId'])
      expect(await send({ [field]: undefined })).toMatch(`400 must have required property '${field}'`);
    expect(await send({ token: 123456 })).toBe('400 [invalid-token]');
    expect(await send({ token: stranger.token })).toBe('400 invalid-room');
  });
});

describe('POST livechat/messages', () => {
  const send = (body: object, by = outsider) => by.post('livechat/messages', body);

  it('writes for a visitor into their room, and opens one for a visitor who is new', async () => {
    const token = unique('bridge');
    const first = await send({ visitor: { token }, messages: [{ msg: 'one' }, { msg: 'two' }] });
    expect(first.status).toBe(200);
    const username = expect.stringMatching(/^guest-/);
    const ts = expect.any(String);
    expect(first.body.messages).toEqual([
      { username, msg: 'one', ts },
      { username, msg: 'two', ts },
    ]);
    await send({ visitor: { token }, messages: [{ msg: 'three' }] });
    const { visitor } = (await anyone.get(`livechat/visitor/${token}`)).body;
    const rooms = await collection(service.db, 'room').find({ 'v._id': visitor._id }).toArray();
    expect(rooms).toHaveLength(1);
    expect(await transcriptOf(service.db, String(rooms[0]?._id))).toEqual([
      'livechat-started:',
      'one',
      'two',
      'three',
    ]);
    expect(rooms[0]?.source).toEqual({ type: 'api' });
  });

  it('goes to the room that a visitor has', async () => {
    const { token, rid } = await startChat(anyone);
    await say(anyone, token, rid, 'hello');
    await send({ visitor: { token }, messages: [{ msg: 'again' }] });
    expect((await transcriptOf(service.db, rid)).at(-1)).toBe('again');
  });

  it('is refused without a login, a visitor, or messages', async () => {
    const token = unique('bridge');
    const messages = [{ msg: 'x' }];
    expect((await send({ visitor: { token }, messages }, anyone)).status).toBe(401);
    expect(await errorOf(send({}))).toBe("400 must have required property 'visitor' [invalid-params]");
    expect(await errorOf(send({ visitor: {} }))).toBe(
      "400 must have required property 'messages' [invalid-params]",
    );
    expect(await errorOf(send({ visitor: { token }, messages: {} }))).toBe(
      '400 must be array [invalid-params]',
    );
    expect(await errorOf(send({ visitor: { token }, messages: [] }))).toBe(
      '400 must NOT have fewer than 1 items [invalid-params]',
    );
    expect(await errorOf(send({ visitor: { token: ' ' }, messages }))).toMatch('400 ');
  });
});
