// The widget over https, on a page of another site than its own, in a browser as people have it.
import type { Browser, Page } from 'playwright-core';
import { clientOf } from '../support/accounts.ts';
import { screenshotPath, serveSite, shopPage, startBrowserOfPeople } from '../support/browser.ts';
import type { ApiClient } from '../support/client.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { createCertificate, startTlsProxy, type TlsProxy } from '../support/tls-proxy.ts';

describe('the widget over https', () => {
  let service: TestService;
  let agent: ApiClient;
  let site: Awaited<ReturnType<typeof serveSite>>;
  let shop: TlsProxy;
  let chat: TlsProxy;
  let browser: Browser;
  let page: Page;
  const addresses: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    service = await startTestService({ FOYER_DEMO: 'true' });
    agent = await clientOf(service.app);
    const certificate = createCertificate();
    chat = await startTlsProxy(await service.start(), certificate);
    site = await serveSite(shopPage(`https://chat.test:${chat.port}/livechat`));
    shop = await startTlsProxy({ port: Number(new URL(site.origin).port) }, certificate);
    browser = await startBrowserOfPeople(['shop.test', 'chat.test']);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(20_000);
    page.on('request', (request) => addresses.push(request.url()));
    page.on('websocket', (socket) => addresses.push(socket.url()));
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (line) => {
      if (/mixed content|content security policy/i.test(line.text())) complaints.push(line.text());
    });
  });
  afterAll(async () => {
    await browser?.close();
    shop?.stop();
    chat?.stop();
    site?.close();
    await service?.stop();
  });

  const widget = (selector: string) => page.frameLocator('#rocketchat-iframe').locator(selector);
  const messages = () => widget('[class*=message-list]').first();

  it('opens, holds a conversation, and remembers it', async () => {
    await page.goto(`https://shop.test:${shop.port}/`);
    await widget('button[class*=chat-button]').click();
    await widget('input[name=name]').fill('Vera Visitor');
    await widget('input[name=email]').fill('vera@example.test');
    await widget('button[type=submit]').click();
    await widget('[contenteditable=true]').click();
    await page.keyboard.type('Are you open on Sunday?');
    await page.keyboard.press('Enter');
    await messages().getByText('Are you open on Sunday?').waitFor();
    // The room is shown anew half a second after its first message.
    await page.waitForTimeout(1_000);
    const { body } = await agent.get('livechat/rooms', { open: 'true' });
    const message = { rid: body.rooms[0]._id, msg: 'From ten to four' };
    expect((await agent.post('chat.sendMessage', { message })).status).toBe(200);
    await messages().getByText('From ten to four').waitFor();
    await page.screenshot({ path: screenshotPath('https-open') });

    await page.reload();
    await widget('button[class*=chat-button]').click();
    await messages().getByText('From ten to four').waitFor();
  });

  it('asks for nothing without encryption, and the browser has nothing to complain about', () => {
    const schemes = new Set(addresses.map((address) => new URL(address).protocol));
    expect([...schemes].sort()).toEqual(expect.arrayContaining(['https:', 'wss:']));
    expect([...schemes].filter((scheme) => scheme === 'http:' || scheme === 'ws:')).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
