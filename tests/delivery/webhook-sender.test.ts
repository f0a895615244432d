import { createAddressGuard } from '../../src/delivery/address-guard.ts';
import { createWebhookSender } from '../../src/delivery/webhook-sender.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const stopping = new AbortController().signal;

describe('sending an event', () => {
  let receiver: WebhookReceiver;
  let other: WebhookReceiver;
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    other = await startWebhookReceiver();
  });
  afterAll(async () => {
    await receiver.stop();
    await other.stop();
  });
  beforeEach(() => receiver.answerWith(200));
  const send = (url: string, allowed: readonly string[] = ['127.0.0.0/8']) =>
    createWebhookSender(createAddressGuard(allowed))(
      { kind: 'webhook', about: 'room', url, body: '{"n":1}' },
      stopping,
    );

  it('succeeds with 200 only', async () => {
    await send(`${receiver.url}/a?b=c`);
    expect(receiver.events.at(-1)).toMatchObject({ path: '/a?b=c', body: { n: 1 } });
    for (const status of [201, 204, 400, 500]) {
      receiver.answerWith(status);
      await expect(send(receiver.url)).rejects.toThrow(`the receiver answered ${status}`);
    }
  });

  it.each([
    ['bo%20b:p%40ss%25', 'bo b:p@ss%'],
    ['bo:50%off', 'bo:50%off'],
    ['bo', 'bo:'],
  ])('sends the credentials in the address as Basic: %s', async (written, sent) => {
    await send(receiver.url.replace('//', `//${written}@`));
    const encoded = Buffer.from(sent).toString('base64');
    expect(receiver.events.at(-1)?.headers.authorization).toBe(`Basic ${encoded}`);
  });

  it.each([
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.1.2.3/',
    'http://192.168.0.1/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://0.0.0.0:1/',
    'http://[fd00::1]/',
    'http://[::127.0.0.1]:1/',
    'http://[fec0::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://168.63.129.16/',
    'http://2130706433:1/',
    'http://0x7f.1:1/',
  ])('goes to no address that is not public: %s', async (url) => {
    await expect(send(url, [])).rejects.toThrow(/is not a public address/);
  });

  it('follows redirects, but not inward, and not for ever', async () => {
    receiver.answerWith(307, `${other.url}/moved`);
    await send(receiver.url);
    expect(other.events.at(-1)).toMatchObject({ path: '/moved', body: { n: 1 } });
    receiver.answerWith(302, 'http://169.254.169.254/');
    await expect(send(receiver.url)).rejects.toThrow(/is not a public address/);
    receiver.answerWith(302, '/again');
    await expect(send(receiver.url)).rejects.toThrow('redirects too often');
    receiver.answerWith(302, 'file:///etc/passwd');
    await expect(send(receiver.url)).rejects.toThrow('something else than HTTP');
  });

  it('gives a receiver up that hangs, or when the service stops', async () => {
    receiver.hang();
    const content = { kind: 'webhook', url: receiver.url, body: '{}', about: 'room' } as const;
    const guard = createAddressGuard(['127.0.0.0/8']);
    await expect(createWebhookSender(guard, 20)(content, stopping)).rejects.toThrow('cannot be reached');
    const stopped = AbortSignal.timeout(20);
    await expect(createWebhookSender(guard)(content, stopped)).rejects.toThrow('cannot be reached');
  });

  it('names the hosts that are allowed', async () => {
    await send(receiver.url.replace('127.0.0.1', 'localhost'), ['localhost']);
    await expect(send(receiver.url, ['localhost', '10.0.0.0/8'])).rejects.toThrow(/is not a public address/);
  });

  it('says that a receiver cannot be reached', async () => {
    await expect(send('http://127.0.0.1:1/')).rejects.toThrow('the receiver cannot be reached: ECONNREFUSED');
  });
});
