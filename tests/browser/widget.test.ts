// Rocket.Chat's widget, as it is on npm, on a page of another origin, with an agent at the other end.
import type { Browser, Locator, Page, Request } from 'playwright-core';
import { logIn } from '../support/accounts.ts';
import { screenshotPath, serveSite, shopPage, startBrowser } from '../support/browser.ts';
import { type ApiClient, apiClient, type Credentials } from '../support/client.ts';
import { storedRoom, transcriptOf } from '../support/conversations.ts';
import { connectDdp, type DdpClient } from '../support/ddp.ts';
import { eventually } from '../support/eventually.ts';
import { adminUsername, startTestService, type TestService } from '../support/service.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

interface Visit {
  readonly token: string;
  readonly rid?: string;
  readonly pageInfo: { change: string; title: string; location: { href: string } };
}

/** What the page and the widget asked for, and what they logged. */
class Traffic {
  readonly requests: Request[] = [];
  readonly errors: string[] = [];

  watch(page: Page): void {
    page.on('request', (request) => this.requests.push(request));
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  callsOf(endpoint: string): Request[] {
    return this.requests.filter((request) => request.url().includes(`/livechat/api/v1/livechat/${endpoint}`));
  }

  visits(): Visit[] {
    return this.callsOf('page.visited').map((request) => request.postDataJSON());
  }
}

describe('the widget in a browser', () => {
  let service: TestService;
  let browser: Browser;
  let page: Page;
  let site: Awaited<ReturnType<typeof serveSite>>;
  let agent: ApiClient;
  let credentials: Credentials;
  let sockets: DdpClient;
  let proxy: TcpProxy;
  let visitorId = '';
  let rid = '';
  const traffic = new Traffic();

  beforeAll(async () => {
    service = await startTestService({ FOYER_DEMO: 'true' });
    const address = await service.start();
    credentials = await logIn(service.app);
    agent = apiClient(service.app).as(credentials);
    sockets = await connectDdp(address);
    await sockets.call('login', { resume: credentials.authToken });
    proxy = await startTcpProxy(`http://127.0.0.1:${address.port}`);
    site = await serveSite(shopPage(`${new URL(proxy.url).origin}/livechat`));
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(10_000);
    traffic.watch(page);
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    await proxy?.stop();
    await sockets?.close();
    await service?.stop();
  });

  const widget = (selector: string, having?: { readonly hasText: string }): Locator =>
    page.frameLocator('#rocketchat-iframe').locator(selector, having);
  const chatButton = () => widget('button[class*=chat-button]');
  const composer = () => widget('[contenteditable=true]');
  const messages = () => widget('[class*=message-list]').first();
  const container = (state: string) => page.locator(`.rocketchat-widget[data-state=${state}]`);
  const type = async (text: string) => {
    await composer().click();
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  const reply = async (msg: string) => {
    expect((await agent.post('chat.sendMessage', { message: { rid, msg } })).status).toBe(200);
  };
  const capture = (name: string) => page.screenshot({ path: screenshotPath(name) });

  it('1. shows a button, and tells of the page without a room', async () => {
    await page.goto(`${site.origin}/home`);
    await container('closed').waitFor();
    await chatButton().waitFor();
    await eventually(() => expect(traffic.visits()).toHaveLength(2));
    await capture('desktop-closed');

    const place = { title: 'Hats', location: { href: `${site.origin}/home` } };
    expect(traffic.visits()).toEqual(
      ['url', 'title'].map((change) => ({
        token: expect.stringMatching(/^[0-9a-f]{64}$/),
        pageInfo: { change, ...place },
      })),
    );
  });

  it('2. asks who is there, and registers them under the token of their visits', async () => {
    await chatButton().click();
    await container('opened').waitFor();
    const submit = widget('button[type=submit]');
    expect(await submit.isDisabled()).toBe(true);
    await capture('desktop-form');
    await widget('input[name=name]').fill('Vera Visitor');
    await widget('input[name=email]').fill('vera@example.test');
    await submit.click();
    await composer().waitFor();

    const [visit] = traffic.visits();
    const { visitor } = (await agent.get(`livechat/visitor/${visit?.token}`)).body;
    visitorId = visitor._id;
    expect(visitor).toMatchObject({
      name: 'Vera Visitor',
      visitorEmails: [{ address: 'vera@example.test' }],
    });
  });

  it('3. sends what is typed, literally, and shows who answers', async () => {
    await type('Is <b>this</b> & that "ok"?');
    await widget('[class*=message-text]', { hasText: '<b>this</b> & that' }).waitFor();
    await widget('[class*=header__title]', { hasText: adminUsername }).waitFor();

    [rid = ''] = await service.deps.rooms.listIdsByVisitor(visitorId);
    expect(await storedRoom(service.db, rid)).toMatchObject({ source: { type: 'widget' } });
    expect(await transcriptOf(service.db, rid)).toContain('Is <b>this</b> & that "ok"?');
  });

  it('4. shows that the agent types, and the answer, by a push', async () => {
    // The room is shown anew half a second after its first message.
    await page.waitForTimeout(1_000);
    const typing = (isTyping: boolean) =>
      sockets.call('stream-notify-room', `${rid}/typing`, adminUsername, isTyping);
    await typing(true);
    await widget('[class*=typing-dots]').first().waitFor();
    await typing(false);
    const histories = traffic.callsOf('messages.history').length;

    const before = Date.now();
    await reply('Hello <img src=x onerror="parent.postMessage(1, 0), window.hasRun = true">');
    await messages().getByText('Hello <img src=x').waitFor();

    expect(Date.now() - before).toBeLessThan(1_500);
    expect(traffic.callsOf('messages.history')).toHaveLength(histories);
    await capture('desktop-open');
  });

  it('5. tells of pages and titles that scripts set', async () => {
    const before = traffic.visits().length;
    await page.evaluate("history.pushState(null, '', '/hats')");
    await eventually(() => expect(traffic.visits()).toHaveLength(before + 1));
    await page.evaluate("document.title = 'Soft hats'");
    await eventually(() => expect(traffic.visits()).toHaveLength(before + 2));
    await page.waitForTimeout(1_800);

    expect(traffic.visits().slice(before)).toMatchObject([
      { rid, pageInfo: { change: 'url', location: { href: `${site.origin}/hats` } } },
      { rid, pageInfo: { change: 'title', title: 'Soft hats' } },
    ]);
  });

  it('6. goes on after a navigation, with the same visitor, room and history', async () => {
    const before = traffic.visits().length;
    await page.goto(`${site.origin}/cart`);
    await chatButton().waitFor();
    await eventually(() => expect(traffic.visits().length).toBeGreaterThan(before));

    const { token } = traffic.visits()[0] ?? {};
    expect(traffic.visits()[before]).toMatchObject({
      token,
      rid,
      pageInfo: { change: 'url', location: { href: `${site.origin}/cart` } },
    });
    await messages().getByText('Is <b>this</b>').waitFor({ state: 'attached' });
  });

  it('7. counts what is said while it is closed, and runs no script of it, now or from the history', async () => {
    await reply('Are you still there?');
    await widget('[class*=badge]', { hasText: '1' }).waitFor();
    await capture('desktop-badge');
    await chatButton().click();
    await messages().getByText('Are you still there?').waitFor();

    const text = (await messages().textContent()) ?? '';
    const order = ['Is <b>this</b>', 'Hello <img src=x onerror=', 'Are you still there?'];
    expect(order.map((each) => text.indexOf(each))).toEqual(
      [...order.map((each) => text.indexOf(each))].sort((a, b) => a - b),
    );
    expect(order.every((each) => text.includes(each))).toBe(true);
    const frame = page.frames().find((each) => each.url().endsWith('/livechat'));
    expect(await frame?.evaluate("'hasRun' in window")).toBe(false);
    expect(await widget('[class*=message-text] img').count()).toBe(0);
  });

  it('8. finds its way back when the connection breaks, with what was said meanwhile', async () => {
    proxy.takeAway('refusing');
    await widget('[class*=alert--error]').first().waitFor();
    await reply('Did you hear that?');
    proxy.bringBack();

    const before = Date.now();
    await messages().getByText('Did you hear that?').waitFor();
    await widget('[class*=alert--error]').first().waitFor({ state: 'detached' });
    expect(Date.now() - before).toBeLessThan(15_000);
    await reply('Now again?');
    await messages().getByText('Now again?').waitFor();
  });

  it('9. closes the chat, and tells the page', async () => {
    await widget('button[class*=footer__options]').click();
    await widget('button', { hasText: 'Finish this chat' }).click();
    await widget('button', { hasText: 'Yes' }).click();
    await widget('button', { hasText: 'New Chat' }).waitFor();
    await capture('desktop-finished');

    expect(await storedRoom(service.db, rid)).not.toHaveProperty('open');
    expect((await transcriptOf(service.db, rid)).at(-1)).toMatch(/^livechat-close:/);
    await eventually(async () => expect(await page.evaluate("'hasEnded' in window")).toBe(true));
  });

  it('10. begins another chat', async () => {
    await widget('button', { hasText: 'New Chat' }).click();
    await composer().waitFor();
    await type('One more thing');
    await messages().getByText('One more thing').waitFor();

    expect(await service.deps.rooms.listIdsByVisitor(visitorId)).toHaveLength(2);
  });

  it('and all the while, nothing failed in it, and nothing came from elsewhere', () => {
    // The widget's own, while the connection was broken.
    expect(traffic.errors.filter((message) => message !== 'Failed to fetch')).toEqual([]);
    const hosts = new Set(traffic.requests.map((request) => new URL(request.url()).hostname));
    expect([...hosts]).toEqual(['127.0.0.1']);
  });

  it('fills the screen of a phone when it is open', async () => {
    const phone = await browser.newPage({
      viewport: { width: 390, height: 844 },
      screen: { width: 390, height: 844 },
    });
    await phone.goto(`${site.origin}/`);
    const button = phone.frameLocator('#rocketchat-iframe').locator('button[class*=chat-button]');
    await button.waitFor();
    await phone.screenshot({ path: screenshotPath('phone-closed') });
    await button.click();
    await phone.frameLocator('#rocketchat-iframe').locator('input[name=name]').waitFor();
    await phone.screenshot({ path: screenshotPath('phone-open') });

    const box = await phone.locator('.rocketchat-widget').boundingBox();
    expect(box).toMatchObject({ x: 0, y: 0, width: 390, height: 844 });
    await phone.close();
  });
});
