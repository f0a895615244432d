import { connect } from 'node:net';
import { startTestService, type TestService } from '../../support/service.ts';
import { until } from '../../support/visitor-search.ts';
import { collection, insertOpenRoom, unique } from '../../support/visitors.ts';

let service: TestService;
let port: number;
beforeAll(async () => {
  service = await startTestService();
  ({ port } = await service.start());
});
afterAll(() => service.stop());

/** Sends a whole request and goes away at once, as a browser does that leaves a page. */
const sendAndLeave = (path: string, body: object): Promise<void> =>
  new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const head = [
      `POST /api/v1/${path} HTTP/1.1`,
      'Host: localhost',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(text)}`,
    ];
    const socket = connect({ port }).once('error', reject);
    socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => {
      socket.destroy();
      resolve();
    });
  });

const isStored = (name: string, filter: object) =>
  until(async () => (await collection(service.db, name).findOne(filter)) !== null);

it('stores the page view of a visitor who has left', async () => {
  const token = unique('token');
  const pageInfo = { change: 'url', title: 'Cart', location: { href: 'https://shop.example/cart' } };
  await sendAndLeave('livechat/page.visited', { token, pageInfo });
  await isStored('message', { 'navigation.token': token });
});

it('registers a visitor who has left', async () => {
  const token = unique('token');
  await sendAndLeave('livechat/visitor', { visitor: { token, name: 'Ann' } });
  await isStored('livechat_visitor', { token, name: 'Ann' });
});

it('stores the message of a visitor who has left', async () => {
  const [_id, token] = [unique('visitor'), unique('token')];
  await collection(service.db, 'livechat_visitor').insertOne({ _id, token, username: 'guest-1' });
  const rid = await insertOpenRoom(service.db, { _id, token });
  await sendAndLeave('livechat/message', { token, rid, msg: 'I have to go' });
  await isStored('message', { rid, msg: 'I have to go' });
});
