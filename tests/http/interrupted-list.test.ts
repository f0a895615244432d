import { apiClient } from '../support/client.ts';
import { useProxiedService } from '../support/use-proxied-service.ts';
import { collection, insertClosedRoom, registerVisitor } from '../support/visitors.ts';

/** More than the database sends at a time. */
const written = 80;

const running = useProxiedService();

/** Asks for the history of a room, and loses the connection to the database at each of its further batches. */
async function interruptedHistory(textLength: number) {
  const { proxy, service } = running;
  const client = apiClient(service.app);
  const visitor = await registerVisitor(client);
  const rid = await insertClosedRoom(service.db, visitor);
  const messages = Array.from({ length: written }, (_, n) => ({
    ...{ _id: `${rid}-${n}`, rid, ts: new Date(n), msg: 'x'.repeat(textLength) },
    u: { _id: visitor._id, username: 'guest' },
  }));
  await collection(service.db, 'message').insertMany(messages);
  proxy.cutAt('getMore');
  try {
    return await client.get(`livechat/messages.history/${rid}`, { token: visitor.token, limit: written });
  } finally {
    proxy.bringBack();
  }
}

describe('a list whose database is lost while it is read', () => {
  it('is answered 503 if nothing of it has been sent', async () => {
    const { status, body } = await interruptedHistory(10);
    expect({ status, body }).toEqual({ status: 503, body: { success: false, error: 'Service Unavailable' } });
  });

  it('is cut off if some of it has, so that nobody takes it for complete', async () => {
    await expect(interruptedHistory(4_000)).rejects.toThrow(/aborted|hang up/);
  });
});
