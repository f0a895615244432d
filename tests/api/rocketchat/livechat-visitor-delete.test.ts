import { clientOf } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import { withTestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import {
  collection,
  insertClosedRoom,
  insertOpenRoom,
  registerVisitor,
  unique,
} from '../../support/visitors.ts';

const dataProtection = 'OVERWRITE_SETTING_Livechat_Allow_collect_and_store_HTTP_header_informations';

const { service, anyone } = useService();

const inRoom = (name: string, rid: string) => collection(service.db, name).countDocuments({ rid });

describe('GET livechat/visitor/:token', () => {
  it('answers the whole visitor', async () => {
    const visitor = await registerVisitor(anyone, { email: 'a@x.io' });
    const answer = await anyone.get(`livechat/visitor/${visitor.token}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ visitor, success: true });
    expect(Object.keys(answer.body)).toEqual(['visitor', 'success']);
  });

  it.each(['invalid', '__proto__', '{"$ne":null}'])('refuses an unknown token: %s', async (token) => {
    const answer = await anyone.get(`livechat/visitor/${encodeURIComponent(token)}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      success: false,
      error: '[invalid-token]',
      errorType: 'invalid-token',
    });
  });
});

describe('DELETE livechat/visitor/:token', () => {
  it('removes all personal data from the visitor and keeps the rest', async () => {
    const visitor = await registerVisitor(anyone, { email: 'a@x.io', phone: unique('1'), activity: [] });
    await service.deps.visitors.addActivity(visitor._id, '2026-01');
    await service.deps.visitors.setLastChat(visitor._id, { _id: 'room', ts: new Date() });
    const answer = await anyone.delete(`livechat/visitor/${visitor.token}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      visitor: { _id: visitor._id, ts: expect.stringMatching(/^\d{4}-.*Z$/) },
      success: true,
    });
    expect(await collection(service.db, 'livechat_visitor').findOne({ _id: visitor._id })).toEqual({
      _id: visitor._id,
      disabled: true,
      activity: ['2026-01'],
      _updatedAt: expect.any(Date),
    });
    expect(await anyone.get(`livechat/visitor/${visitor.token}`)).toMatchObject({ status: 400 });
  });

  it("removes the rooms with all that is in them, those of earlier tokens too, and nobody else's", async () => {
    const visitor = await registerVisitor(anyone);
    const neighbour = await registerVisitor(anyone);
    const closed = await insertClosedRoom(service.db, visitor);
    const earlier = await insertClosedRoom(service.db, { _id: visitor._id, token: 'an-earlier-token' });
    const foreign = await insertOpenRoom(service.db, neighbour);
    for (const rid of [closed, earlier, foreign]) {
      await collection(service.db, 'message').insertOne({ _id: unique('m'), rid, msg: 'hi', ts: new Date() });
      await collection(service.db, 'subscription').insertOne({ _id: unique('s'), rid, t: 'l' });
      await collection(service.db, 'livechat_inquiry').insertOne({ _id: unique('i'), rid });
      const file = { _id: unique('file'), rid };
      await collection(service.db, 'uploads').insertOne(file);
      await collection(service.db, 'uploads.files').insertOne({ _id: file._id });
      await collection(service.db, 'uploads.chunks').insertOne({ _id: unique('chunk'), files_id: file._id });
      await collection(service.db, 'read_receipts').insertOne({ _id: unique('receipt'), roomId: rid });
    }
    expect(await anyone.delete(`livechat/visitor/${visitor.token}`)).toMatchObject({ status: 200 });
    for (const name of ['message', 'subscription', 'livechat_inquiry', 'uploads']) {
      expect([name, await inRoom(name, closed), await inRoom(name, earlier)]).toEqual([name, 0, 0]);
      expect([name, (await inRoom(name, foreign)) > 0]).toEqual([name, true]);
    }
    const left = (name: string) => collection(service.db, name).countDocuments({ _id: { $gte: '' } });
    expect(await left('uploads.files')).toBe(1);
    expect(await left('uploads.chunks')).toBe(1);
    expect(await left('read_receipts')).toBe(1);
    const rooms = await collection(service.db, 'room')
      .find({ _id: { $in: [closed, earlier, foreign] } })
      .toArray();
    expect(rooms.map(({ _id }) => _id)).toEqual([foreign]);
  });

  it('is refused while a room is open', async () => {
    const visitor = await registerVisitor(anyone);
    await insertOpenRoom(service.db, visitor);
    const answer = await anyone.delete(`livechat/visitor/${visitor.token}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      success: false,
      error: 'Cannot remove visitors with opened rooms [visitor-has-open-rooms]',
      errorType: 'visitor-has-open-rooms',
    });
    expect(await anyone.get(`livechat/visitor/${visitor.token}`)).toMatchObject({ status: 200 });
  });

  it('is done all the same if the setting for data protection is on', () =>
    withTestService({ [dataProtection]: 'true' }, async (careful) => {
      const guest = apiClient(careful.app);
      const visitor = await registerVisitor(guest);
      await insertOpenRoom(careful.db, visitor);
      expect(await guest.delete(`livechat/visitor/${visitor.token}`)).toMatchObject({ status: 200 });
    }));

  it('includes the other visitors of the same contact, and the contact', async () => {
    const [visitor, twin] = [await registerVisitor(anyone), await registerVisitor(anyone)];
    const rid = await insertClosedRoom(service.db, twin);
    const contact = unique('contact');
    const channels = [visitor, twin].map(({ _id }) => ({ visitor: { visitorId: _id } }));
    const contacts = collection(service.db, 'livechat_contact');
    await contacts.insertOne({
      _id: contact,
      name: 'Ann',
      emails: [{ address: 'a@x.io' }],
      channels,
      unknown: true,
    });
    expect(await anyone.delete(`livechat/visitor/${visitor.token}`)).toMatchObject({ status: 200 });
    expect(await anyone.get(`livechat/visitor/${twin.token}`)).toMatchObject({ status: 400 });
    expect(await collection(service.db, 'room').findOne({ _id: rid })).toBeNull();
    expect(await contacts.findOne({ _id: contact })).toEqual({
      _id: contact,
      enabled: false,
      unknown: true,
      _updatedAt: expect.any(Date),
    });
  });

  it('is finished by the next start if the process dies in the middle', async () => {
    const visitor = await registerVisitor(anyone);
    const rooms = Array.from({ length: 250 }, () => ({ _id: unique('room'), t: 'l', v: visitor }));
    await collection(service.db, 'room').insertMany(rooms);
    const left = { name: 'remove-visitor', subjectId: visitor._id, dueAt: new Date(0), done: { rooms: 7 } };
    await service.db.collection<{ _id: string }>('foyer_job').insertOne({ _id: unique('job'), ...left });
    await withTestService({ MONGO_URL: service.mongoUrl }, async () => {
      while (await service.db.collection('foyer_job').findOne());
    });
    expect(await service.deps.rooms.countByVisitor(visitor._id)).toBe(0);
    expect(await anyone.get(`livechat/visitor/${visitor.token}`)).toMatchObject({ status: 400 });
  });

  it.each(['invalid', '123'])('refuses an unknown token: %s', async (token) => {
    const answer = await anyone.delete(`livechat/visitor/${token}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: '[invalid-token]' });
  });

  it('frees the token, the phone number and the e-mail address', async () => {
    const sent = { token: unique('token'), phone: unique('1'), email: `${unique('mail')}@x.io` };
    const before = await registerVisitor(anyone, sent);
    await anyone.delete(`livechat/visitor/${sent.token}`);
    const after = await registerVisitor(anyone, sent);
    expect(after._id).not.toBe(before._id);
    const admin = await clientOf(service.app);
    const info = await admin.get('livechat/visitors.info', { visitorId: before._id });
    expect(info.body).toMatchObject({ success: false, error: 'visitor-not-found' });
  });
});
