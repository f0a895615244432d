import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import request from 'supertest';
import { checked } from '../support/client.ts';
import { type TestService, withTestService } from '../support/service.ts';
import { useService } from '../support/use-service.ts';

const packageFolder = path.dirname(
  createRequire(import.meta.url).resolve('@rocket.chat/livechat/package.json'),
);
const loader = '/livechat/rocketchat-livechat.min.js';

const { service } = useService({ FOYER_DEMO: 'true' });
const get = (url: string, app = service.app) => checked(request(app).get(url));
/** The directives of a policy, by name. */
const directives = (policy: string | undefined) =>
  new Map(policy?.split('; ').map((each) => [each.split(' ')[0], each.split(' ').slice(1)]));
const withWidget = (env: Record<string, string>, story: (widget: TestService) => Promise<void>) =>
  withTestService({ FOYER_DEMO: 'true', ...env }, story);

describe('the page of the widget', () => {
  it('loads nothing but what is served', async () => {
    const { text } = await get('/livechat');

    const scripts = [...text.matchAll(/<script src="([^"]+)"/g)].map(([, src]) => String(src));
    expect(scripts).toHaveLength(4);
    for (const script of scripts) expect((await get(`/${script}`)).status).toBe(200);
  });

  it('takes its own address for the server’s, and finds its files with a slash at its end, too', async () => {
    const { text } = await get('/livechat');

    expect(text).toMatch(
      /^<!doctype html><html><head><base href="\/"><script nonce="[^"]+">window.SERVER_URL = location.origin \+ '\/livechat';<\/script>/,
    );
    const withSlash = await request(service.app).get('/livechat/?mode=popout');
    expect(withSlash.text.replace(/nonce="[^"]+"/, '')).toBe(text.replace(/nonce="[^"]+"/, ''));
  });

  it('goes by ROOT_URL where that is set, also below a path', () =>
    withWidget({ ROOT_URL: 'https://shop.example/chat/' }, async ({ app }) => {
      for (const url of ['/livechat', '/chat/livechat']) {
        const { text, headers } = await request(app).get(url);
        expect(text).toContain('<base href="/chat/">');
        expect(text).toContain('window.SERVER_URL = "https://shop.example/chat/livechat";');
        expect(directives(headers['content-security-policy']).get('connect-src')).toEqual([
          "'self'",
          'https://shop.example',
          'wss://shop.example',
        ]);
      }
    }));

  it('is copied with the address at which the service listens, whatever port that got', () =>
    withWidget({}, async ({ app, start }) => {
      const { port } = await start();

      expect((await request(app).get('/livechat/demo')).text).toContain(
        `'http://localhost:${port}/livechat'`,
      );
      const { body } = await request(app).get('/api/v1/livechat/config');
      expect(body.config.resources.sound).toBe(`http://localhost:${port}/livechat/chime.wav`);
    }));

  it('may run its own scripts only, by a nonce of its own each time, and may be framed by every site', async () => {
    const [first, second] = [await get('/livechat'), await get('/livechat')];

    const policy = directives(first.headers['content-security-policy']);
    const [, nonce] = /<script nonce="([^"]+)">/.exec(first.text) ?? [];
    expect(policy.get('script-src')).toEqual(["'self'", `'nonce-${nonce}'`]);
    expect(second.text).not.toContain(nonce);
    expect(policy.has('frame-ancestors')).toBe(false);
    expect(first.headers).not.toHaveProperty('x-frame-options');
    expect(first.headers['cache-control']).toBe('no-store');
    expect(first.headers['x-content-type-options']).toBe('nosniff');
  });

  it('may be framed by the sites on the list only, where there is one', () =>
    withWidget(
      {
        OVERWRITE_SETTING_Livechat_AllowedDomainsList:
          "https://Shop.example/cart, blog.example:8080, *.hats.example, evil.example; script-src *, 'none'",
      },
      async ({ app }) => {
        const { headers } = await get('/livechat', app);

        const policy = directives(headers['content-security-policy']);
        expect(policy.get('frame-ancestors')).toEqual([
          "'self'",
          'https://shop.example:*',
          'blog.example:8080',
          '*.hats.example:*',
        ]);
        expect(headers['content-security-policy']?.match(/script-src/g)).toHaveLength(1);
      },
    ));
});

describe('the files of the widget', () => {
  it('are those of the package', async () => {
    const { text } = await get(loader);

    const digest = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
    const original = readFileSync(path.join(packageFolder, 'build', path.basename(loader)));
    expect(digest(text)).toBe(digest(original));
  });

  it('are compressed for whoever takes that', async () => {
    const ask = (encoding: string) =>
      request(service.app).get(loader).set('Accept-Encoding', encoding).buffer(true);

    const [compressed, plain] = [await ask('gzip, br'), await ask('identity')];

    expect(compressed.headers['content-encoding']).toBe('gzip');
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(compressed.text).toBe(plain.text);
    expect(Number(compressed.headers['content-length'])).toBeLessThan(
      Number(plain.headers['content-length']) / 2,
    );
    expect([compressed.headers.vary, plain.headers.vary]).toEqual(['Accept-Encoding', 'Accept-Encoding']);
  });

  it('are kept for a year if their names have a hash, and the loader for an hour', async () => {
    const cacheOf = async (file: string) => (await get(`/livechat/${file}`)).headers['cache-control'];

    expect(await cacheOf('bundle.31a95.js')).toBe('public, max-age=31536000, immutable');
    expect(await cacheOf('e9ae7973e9fdbbe4aa91df9a6a684116.png')).toBe('public, max-age=31536000, immutable');
    expect(await cacheOf(path.basename(loader))).toBe('public, max-age=3600');
  });

  it('belong to this origin, except for the loader, which pages of other sites run', async () => {
    const policyOf = async (url: string) => (await get(url)).headers['cross-origin-resource-policy'];

    expect(await policyOf(loader)).toBe('cross-origin');
    for (const url of ['/livechat', '/livechat/bundle.31a95.js', '/avatar/ann', '/livechat/demo'])
      expect([url, await policyOf(url)]).toEqual([url, 'same-origin']);
  });

  it('are no others', async () => {
    for (const file of ['index.html', 'widget-demo.html', 'constructor', 'a%00b'])
      expect([file, (await get(`/livechat/${file}`)).status]).toEqual([file, 404]);
    expect((await request(service.app).get('/livechat/..%2fpackage.json')).status).toBe(404);
    expect((await request(service.app).get('/livechat/%E0%A4%A')).status).toBe(400);
  });
});

describe('the page to try the widget in', () => {
  it('runs the snippet by its nonce, and shows it with the address of the service', () =>
    withWidget({ ROOT_URL: 'https://chat.example' }, async ({ app }) => {
      const { text, headers } = await get('/livechat/demo', app);

      const [, nonce] = /<script nonce="([^"]+)">/.exec(text) ?? [];
      expect(headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
      expect(text).toContain("'script', 'https://chat.example/livechat');\n&lt;/script&gt;</pre>");
      expect((await request(app).get('/')).text).toContain('href="livechat/demo"');
    }));

  it('is not there unless it is wanted', () =>
    withWidget({ FOYER_DEMO: 'false' }, async ({ app }) => {
      expect((await get('/livechat/demo', app)).status).toBe(404);
      expect((await request(app).get('/livechat/demo/x')).status).toBe(404);
      expect((await request(app).get('/')).text).not.toContain('demo');
    }));
});

describe('below the path of the widget', () => {
  it('the API is served again', async () => {
    const answer = await request(service.app).get('/livechat/api/v1/livechat/visitor/nobody');

    expect([answer.status, answer.body]).toEqual([
      400,
      (await request(service.app).get('/api/v1/livechat/visitor/nobody')).body,
    ]);
    expect((await request(service.app).get('/livechat/api/nothing')).status).toBe(404);
  });

  it('avatars are, too', async () => {
    const [there, here] = [
      await request(service.app).get('/livechat/avatar/ann.miller'),
      await get('/avatar/ann.miller'),
    ];

    expect(there.body).toEqual(here.body);
  });
});

describe('an avatar', () => {
  const drawing = async (name: string) => {
    const { headers, body } = await get(`/avatar/${encodeURIComponent(name)}`);
    expect(headers['content-type']).toBe('image/svg+xml');
    return String(body);
  };

  it.each([
    ['ann', 'A'],
    ['ann.miller', 'AM'],
    ['Vera von Visitor', 'VV'],
    ['élodie', 'É'],
    ['李小龍', '李'],
    ['<script>', 'S'],
    ['"&', '?'],
  ])('of %s has the letters %s', async (name, letters) => {
    expect(await drawing(name)).toMatch(
      new RegExp(`fill="#fff">${letters.replace('?', '\\?')}</text></svg>$`),
    );
  });

  it('has the same colour every time, and others have others', async () => {
    const colourOf = async (name: string) => /height="200" fill="(#\w{6})"/.exec(await drawing(name))?.[1];

    expect(await colourOf('ann')).toBe(await colourOf('ann'));
    const colours = new Set(await Promise.all([...'abcdefgh'].map(colourOf)));
    expect(colours.size).toBeGreaterThan(2);
  });

  it('is not there for what is no user name', async () => {
    for (const name of ['a%00b', 'x'.repeat(257)]) expect((await get(`/avatar/${name}`)).status).toBe(404);
  });
});
