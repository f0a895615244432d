import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, readConfig } from '../../src/config/config.ts';

describe('The configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      port: 3000,
      bindIp: undefined,
      rootUrl: undefined,
      rootPath: '',
      isDemo: true,
      mongoUrl: undefined,
      dataDir: path.resolve('data'),
      placeFiles: {
        city: [path.resolve('data/geoip/city.mmdb'), path.resolve('data/geoip/city-ipv6.mmdb')],
        networks: [path.resolve('data/geoip/networks.mmdb')],
      },
      admin: { username: 'admin', password: undefined, email: 'admin@localhost', isAgent: true },
      testMode: false,
      logLevel: 'info',
      forwardedCount: 0,
      mailUrl: undefined,
      metricsToken: undefined,
      webhookAllow: [],
      settingOverrides: {},
    });
  });

  it('treats an empty value as absent', () => {
    expect(readConfig({ PORT: '', ADMIN_PASS: '', MONGO_URL: ' ' })).toEqual(readConfig({}));
  });

  it.each([
    ['https://chat.example.org/', 'https://chat.example.org', ''],
    ['https://example.org/support/chat/', 'https://example.org/support/chat', '/support/chat'],
  ])('reads the public address %s', (given, rootUrl, rootPath) => {
    expect(readConfig({ ROOT_URL: given })).toMatchObject({ rootUrl, rootPath });
  });

  it('shows the demo with the embedded database only, unless it says so', () => {
    const mongoUrl = { MONGO_URL: 'mongodb://localhost/foyer' };
    expect(readConfig(mongoUrl)).toMatchObject({ isDemo: false });
    expect(readConfig({ ...mongoUrl, FOYER_DEMO: 'true' })).toMatchObject({ isDemo: true });
    expect(readConfig({ FOYER_DEMO: 'off' })).toMatchObject({ isDemo: false });
  });

  it('collects the settings that the environment overrides', () => {
    expect(readConfig({ OVERWRITE_SETTING_Livechat_enabled: 'true' }).settingOverrides).toEqual({
      Livechat_enabled: 'true',
    });
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '3000x'],
    ['PORT', '-1'],
    ['ROOT_URL', 'localhost'],
    ['ROOT_URL', 'ftp://localhost'],
    ['MONGO_URL', 'localhost:27017'],
    ['ADMIN_USERNAME', 'a b'],
    ['ADMIN_EMAIL', 'nobody'],
    ['LOG_LEVEL', 'loud'],
    ['TEST_MODE', 'perhaps'],
    ['HTTP_FORWARDED_COUNT', '1.5'],
  ])('refuses %s=%s with one sentence that names it', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} [^\n]*\\.$`));
  });

  it('never repeats the password of a bad MONGO_URL', () => {
    expect(() => readConfig({ MONGO_URL: 'mongo://bob:secret@host' })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') }),
    );
  });

  it('is frozen', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });
});

describe('The documentation of the configuration', () => {
  const source = readFileSync('src/config/config.ts', 'utf8');
  const known = new Set([...source.matchAll(/env, '([A-Z_]+)'/g)].map(([, name]) => name));

  it("is complete in the README's table", () => {
    const readme = readFileSync('README.md', 'utf8');
    const listed = [...readme.matchAll(/^\| `([A-Z_]+)`\s*\|/gm)].map(([, name]) => name);
    expect(new Set(listed)).toEqual(known);
  });

  it('is complete in .env.example', () => {
    const example = readFileSync('.env.example', 'utf8');
    const shown = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(new Set(shown)).toEqual(known);
  });
});
