import type { Room } from '../../../../src/domain/rooms/room.ts';
import { clientOf } from '../../../support/accounts.ts';
import type { ApiClient } from '../../../support/client.ts';
import {
  type Agent,
  createDepartment,
  insertAgent,
  manualSelection,
  startChat,
  take,
  withSetting,
} from '../../../support/conversations.ts';
import { watchRoom } from '../../../support/ddp.ts';
import { eventually } from '../../../support/eventually.ts';
import { useListeningService } from '../../../support/use-listening-service.ts';

const server = useListeningService({
  ...manualSelection,
  OVERWRITE_SETTING_Livechat_waiting_queue: 'true',
  OVERWRITE_SETTING_Livechat_waiting_queue_message: 'Please <b>wait</b>',
});
let admin: ApiClient;
let agent: Agent;
beforeAll(async () => {
  admin = await clientOf(server.service.app);
  agent = await insertAgent(server.service, { roles: ['user', 'livechat-agent', 'livechat-manager'] });
});
beforeEach(async () => {
  await server.service.db.collection('rocketchat_livechat_inquiry').deleteMany({});
  await server.service.db.collection('rocketchat_room').deleteMany({});
});

/** A visitor with a chat that they watch on a socket; `places` are those that they were told. */
async function waitingVisitor({ path = '/websocket', ...given }: Record<string, string> = {}) {
  const chat = await startChat(server.anyone, given);
  const client = await server.connect({ path });
  await watchRoom(client, chat.rid, chat.token);
  const places = () =>
    client
      .events('stream-livechat-room', chat.rid)
      .flatMap(([event]) => (isPlace(event) ? [event.data] : []));
  const spots = () => places().map(({ spot }) => spot);
  return { ...chat, client, places, spots };
}
interface Place {
  readonly type: string;
  readonly data: { readonly spot: number; readonly message: { readonly text: string } };
}
const isPlace = (event: unknown): event is Place => (event as Place).type === 'queueData';
const close = (rid: string) => admin.post('livechat/room.closeByUser', { rid, comment: 'Bye', tags: ['x'] });
const returnToQueue = (rid: string) => admin.post('livechat/inquiries.returnAsInquiry', { roomId: rid });

describe('Visitors who wait are told of their place in the queue', () => {
  it('which changes when somebody ahead is taken, leaves, or is put back', async () => {
    const first = await waitingVisitor();
    const second = await waitingVisitor();
    const third = await waitingVisitor();
    await eventually(() =>
      expect([first, second, third].map(({ spots }) => spots())).toEqual([[1], [2], [3]]),
    );
    await take(agent, first.rid);
    await eventually(() =>
      expect([second, third].map(({ spots }) => spots())).toEqual([
        [2, 1],
        [3, 2],
      ]),
    );
    await close(second.rid);
    await eventually(() => expect(third.spots()).toEqual([3, 2, 1]));
    await returnToQueue(first.rid);
    await eventually(() =>
      expect([first, third].map(({ spots }) => spots())).toEqual([
        [1, 1],
        [3, 2, 1, 2],
      ]),
    );
    expect(second.spots()).toEqual([2, 1]);
  });

  it('with a text, and a time once chats have ended, as Rocket.Chat estimates it', async () => {
    const { rid, places } = await waitingVisitor();
    const message = { text: 'Please <b>wait</b>', user: { _id: 'rocket.cat', username: 'rocket.cat' } };
    await eventually(() => expect(places()).toEqual([{ spot: 1, message }]));
    await close(rid);
    const rooms = server.service.db.collection<Room>('rocketchat_room');
    await rooms.deleteOne({ _id: rid });
    await rooms.insertMany([
      { _id: 'short', t: 'l', closedAt: new Date(), metrics: { chatDuration: 100 } },
      { _id: 'long', t: 'l', closedAt: new Date(), metrics: { chatDuration: 300 } },
      { _id: 'older', t: 'l', closedAt: new Date(), metrics: {} },
    ]);
    const before = await waitingVisitor();
    const after = await waitingVisitor();
    await eventually(() => {
      expect(before.places()).toEqual([{ spot: 1, message, estimatedWaitTimeSeconds: 200 }]);
      expect(after.places()).toEqual([{ spot: 2, message, estimatedWaitTimeSeconds: 202 }]);
    });
  });

  it('in their department, which may have a text of its own', async () => {
    const department = await createDepartment(admin, [agent]);
    await server.service.db
      .collection<{ _id: string }>('rocketchat_livechat_department')
      .updateOne({ _id: department }, { $set: { waitingQueueMessage: 'Sales is busy' } });
    const before = await waitingVisitor();
    const inDepartment = await waitingVisitor({ department });
    const after = await waitingVisitor();
    await eventually(() => {
      expect([before, inDepartment, after].map(({ spots }) => spots())).toEqual([[1], [1], [3]]);
    });
    expect(inDepartment.places()[0]?.message.text).toBe('Sales is busy');
  });

  it('in the order that the setting asks for', async () => {
    const early = await waitingVisitor();
    await withSetting(admin, 'Omnichannel_sorting_mechanism', 'Priority', async () => {
      await eventually(() => expect(early.spots()).toEqual([1]));
      const urgent = await waitingVisitor();
      await server.service.db
        .collection('rocketchat_livechat_inquiry')
        .updateOne({ rid: urgent.rid }, { $set: { priorityWeight: 1, _updatedAt: new Date() } });
      await eventually(() => expect([early.spots().at(-1), urgent.spots().at(-1)]).toEqual([2, 1]));
    });
  });

  it('without running what the text says, in the widget', async () => {
    const { token, rid, places } = await waitingVisitor({ path: '/livechat/websocket' });
    await eventually(() => expect(places()[0]?.message.text).toBe('Please &lt;b&gt;wait&lt;/b&gt;'));
    const { body } = await server.anyone.get('livechat/config', { token });
    expect(body.config).toMatchObject({ room: { _id: rid }, queueInfo: { spot: 1 } });
  });

  it('and of nothing once an agent has come, nor where it is not asked for', async () => {
    const first = await waitingVisitor();
    await eventually(() => expect(first.spots()).toEqual([1]));
    await take(agent, first.rid);
    const served = await server.anyone.get('livechat/config', { token: first.token });
    expect(served.body.config).not.toHaveProperty('queueInfo');
    await withSetting(admin, 'Omnichannel_calculate_dispatch_service_queue_statistics', false, async () => {
      const untold = await waitingVisitor();
      const answer = await server.anyone.get('livechat/config', { token: untold.token });
      expect(answer.body.config).not.toHaveProperty('queueInfo');
      await close(first.rid);
      await untold.client.call('livechat:setUpConnection', { token: untold.token });
      expect(untold.spots()).toEqual([]);
    });
    expect(first.spots()).toEqual([1]);
  });
});
