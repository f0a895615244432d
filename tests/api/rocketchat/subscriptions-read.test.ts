import {
  type Agent,
  insertAgent,
  manualSelection,
  say,
  startChat,
  take,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';

const { service, anyone, admin, outsider } = useService(manualSelection);

let ann: Agent;
beforeAll(async () => {
  ann = await insertAgent(service);
});

describe('subscriptions.get and subscriptions.read', () => {
  const update = async (agent: Agent, query: object = {}) =>
    (await agent.api.get('subscriptions.get', { ...query })).body.update;

  it('list the rooms in which an agent sits with what is new in them, until they have read it', async () => {
    const agent = await insertAgent(service);
    const chats = [await startChat(anyone), await startChat(anyone)] as const;
    for (const { rid } of chats) await take(agent, rid);
    const [{ rid, token }, other] = chats;
    await say(anyone, token, rid, 'Hello');
    await say(anyone, other.token, other.rid, 'Hello');
    const unreadOf = async () =>
      new Map((await update(agent)).map((seat: { rid: string; unread: number }) => [seat.rid, seat.unread]));
    const before = await unreadOf();
    expect(before.get(rid)).toBeGreaterThan(0);
    const since = new Date().toISOString();
    expect((await agent.api.post('subscriptions.read', { rid })).body).toEqual({ success: true });
    expect(await unreadOf()).toEqual(new Map([...before, [rid, 0]]));
    expect(await update(agent, { updatedSince: since })).toMatchObject([
      { rid, alert: false, unread: 0, ls: expect.any(String) },
    ]);
    await say(anyone, token, rid, 'Are you there?');
    expect((await unreadOf()).get(rid)).toBe(1);
    await agent.api.post('subscriptions.read', { roomId: rid, readThreads: true });
    expect((await unreadOf()).get(rid)).toBe(0);
  });

  it('concern nobody but the caller', async () => {
    const agent = await insertAgent(service);
    const { rid, token } = await startChat(anyone);
    await take(agent, rid);
    await say(anyone, token, rid, 'Hello');
    expect((await admin.post('subscriptions.read', { rid })).status).toBe(200);
    expect((await update(agent))[0].unread).toBeGreaterThan(0);
    expect(await update(ann)).not.toContainEqual(expect.objectContaining({ rid }));
    expect((await outsider.get('subscriptions.get')).body).toEqual({ update: [], remove: [], success: true });
  });

  it('refuse a room that is unknown or missing, and a time that is none', async () => {
    const { status, body } = await admin.post('subscriptions.read', { rid: 'nowhere' });
    expect([status, body.error]).toEqual([400, 'error-invalid-subscription']);
    expect((await admin.post('subscriptions.read', {})).body.errorType).toBe('invalid-params');
    expect((await admin.post('subscriptions.read', { rid: { $ne: '' } })).status).toBe(400);
    expect((await admin.get('subscriptions.get', { updatedSince: 'soon' })).body.errorType).toBe(
      'error-updatedSince-param-invalid',
    );
  });
});
