import { type BrowserHeaders, deviceOf } from '../../../src/domain/visits/browser.ts';
import { settingsWith } from '../../support/settings.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0';
const keeping = (mayKeep: boolean) =>
  settingsWith({ Livechat_Allow_collect_and_store_HTTP_header_informations: mayKeep });
const headersOf = (given: Partial<BrowserHeaders> = {}): BrowserHeaders => ({
  ip: '::ffff:203.0.113.7',
  userAgent: firefox,
  acceptLanguage: 'de-CH,de;q=0.9,en;q=0.8',
  ...given,
});

describe('what is kept of a browser', () => {
  it('is what its headers tell, if the setting allows it', () => {
    expect(deviceOf(keeping(true), headersOf())).toEqual({
      ip: '203.0.113.7',
      userAgent: firefox,
      browser: 'Firefox',
      browserVersion: '120.0',
      platform: 'Linux x86_64',
      language: 'de',
    });
  });

  it('is only what a script in the page reports, if not', () => {
    const reported = { platform: 'Win32', language: 'en', timezone: 'Europe/London' };

    expect(deviceOf(keeping(false), headersOf(), reported)).toEqual(reported);
  });

  it('believes the script rather than the headers', () => {
    expect(deviceOf(keeping(true), headersOf(), { platform: 'MacIntel' })).toMatchObject({
      platform: 'MacIntel',
      browser: 'Firefox',
    });
  });

  it.each([
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/120.0 Safari/537.36',
    'AdsBot-Google (+http://www.google.com/adsbot.html)',
  ])('is nothing of a robot: %s', (userAgent) => {
    expect(deviceOf(keeping(true), headersOf({ userAgent }))).toBeNull();
  });

  it.each([
    'curl/8.5.0',
    undefined,
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36',
  ])('is something of whoever else calls: %s', (userAgent) => {
    expect(deviceOf(keeping(true), headersOf({ userAgent }))).not.toBeNull();
  });
});
