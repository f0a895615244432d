import type { AddressInfo } from 'node:net';
import { apiClient } from '../support/client.ts';
import { insertAgent, startChat } from '../support/conversations.ts';
import { connectDdp, type DdpClient, openDdp, watchRoom } from '../support/ddp.ts';
import { eventually } from '../support/eventually.ts';
import { startTestService, type TestService } from '../support/service.ts';

describe('below the path of the widget', () => {
  let service: TestService;
  let address: AddressInfo;
  const open: DdpClient[] = [];
  beforeAll(async () => {
    service = await startTestService({ ROOT_URL: 'https://shop.example/chat' });
    address = await service.start();
    await insertAgent(service);
  });
  afterAll(async () => {
    await Promise.all(open.map((client) => client.close()));
    await service.stop();
  });
  const connect = async (path: string) => {
    const client = await connectDdp(address, { path });
    open.push(client);
    return client;
  };

  it.each(['/livechat/websocket', '/chat/livechat/websocket'])('there is a socket: %s', async (path) => {
    const client = await connect(path);

    expect(await client.call('livechat:setUpConnection', { token: 'somebody' })).not.toHaveProperty('error');
  });

  it('there is none elsewhere', async () => {
    await expect(openDdp(address, { path: '/livechat/demo/websocket' })).rejects.toThrow('404');
  });

  it('texts that the widget takes for HTML are escaped, and elsewhere they are not', async () => {
    const { rid, token, visitor } = await startChat(apiClient(service.app));
    const [widget, other] = [await connect('/livechat/websocket'), await connect('/websocket')];
    for (const client of [widget, other]) await watchRoom(client, rid, token);

    // As Rocket.Chat stores a quotation.
    const quotation = { message_link: 'https://chat.example/?msg=1', text: '<img src=x onerror=alert(1)>' };
    await service.db.collection<{ _id: string }>('rocketchat_message').insertOne({
      ...{ _id: 'quoting', rid, msg: '<b>', ts: new Date(), _updatedAt: new Date(), urls: [] },
      ...{ u: { _id: visitor._id }, attachments: [quotation] },
    } as { _id: string });

    const pushedTo = async (client: DdpClient) => {
      const find = () =>
        client
          .events('stream-room-messages', rid)
          .flat()
          .find((each) => (each as { _id: string })._id === 'quoting');
      await eventually(() => expect(find()).toBeDefined());
      return find();
    };
    expect(await pushedTo(widget)).toMatchObject({
      msg: '<b>',
      attachments: [{ ...quotation, text: '&lt;img src=x onerror=alert(1)&gt;' }],
    });
    expect(await pushedTo(other)).toMatchObject({ attachments: [quotation] });
  });
});
