import { listPaths, listPresent, type PresentVisitor } from '../../src/domain/visits/present-visitors.ts';
import { serveSite, startBrowser } from '../support/browser.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { until } from '../support/visitor-search.ts';

/** What a page does a little after it has loaded. */
const navigate = `
  setTimeout(() => {
    history.pushState(null, '', '/hats');
    document.title = 'Hats';
    foyer.greeting('Welcome', 'shown');
  }, 1500);`;

let service: TestService;
let foyer: string;
beforeAll(async () => {
  service = await startTestService();
  foyer = `http://127.0.0.1:${(await service.start()).port}`;
});
afterAll(() => service.stop());

/** Shows a page of another origin in a browser for as long as the story lasts. */
async function withPage(
  attributes: string,
  script: string,
  story: (site: string) => Promise<void>,
): Promise<void> {
  const html = `<!doctype html><title>Home</title>
<script async src="${foyer}/foyer.js" data-key="1" ${attributes}></script><script>${script}</script>`;
  const site = await serveSite(html);
  const browser = await startBrowser();
  try {
    await (await browser.newPage()).goto(`${site.origin}/`);
    await story(site.origin);
  } finally {
    await browser.close();
    site.close();
  }
}

async function findPresent(site: string): Promise<PresentVisitor | undefined> {
  return (await listPresent(service.deps, {})).find(({ visit }) => visit.landingPage.startsWith(site));
}

describe('foyer.js in a browser, on a page of another origin', () => {
  it('tells of pages, by the history API too, of titles and greetings', async () => {
    await withPage(`data-variables='{"plan":"gold"}'`, navigate, async (site) => {
      await until(async () => (await findPresent(site))?.visit.page?.title === 'Hats');

      const visitor = await findPresent(site);

      expect(visitor).toMatchObject({
        state: 'invited',
        record: { visits: 1, pageViews: 2, customVariables: [{ key: 'plan', value: 'gold' }] },
        visit: { landingPage: `${site}/`, page: { url: `${site}/hats` }, hasHeartbeat: true },
      });
      const paths = visitor && (await listPaths(service.deps, [visitor]));
      expect(paths?.get(visitor?.visit._id ?? '')?.map(({ title }) => title)).toEqual(['Home', 'Hats']);
    });
  });

  it('stores and sends nothing until there is consent', async () => {
    const tell = `
      const shown = () => localStorage.length + ' ' + foyer.token();
      setTimeout(() => {
        const before = shown();
        foyer.consent(true);
        document.title = before;
      }, 1500);`;
    await withPage('data-consent="required"', tell, async (site) => {
      await until(async () => (await findPresent(site)) !== undefined);

      const visitor = await findPresent(site);

      expect(visitor?.record.pageViews).toBe(1);
      await until(async () => (await findPresent(site))?.visit.page?.title === '0 null');
    });
  });

  it('tells of the page that is open when consent is given, wherever the visitor went before', async () => {
    const agree = `
      setTimeout(() => {
        history.pushState(null, '', '/hats');
        foyer.consent(true);
      }, 1500);`;
    await withPage(`data-consent="required" data-variables='{"plan":"gold"}'`, agree, async (site) => {
      await until(async () => (await findPresent(site)) !== undefined);

      await expect(findPresent(site)).resolves.toMatchObject({
        record: { pageViews: 1, customVariables: [{ key: 'plan', value: 'gold' }] },
        visit: { landingPage: `${site}/hats` },
      });
    });
  });
});
