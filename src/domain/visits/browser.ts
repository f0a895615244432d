import Bowser from 'bowser';
import { isbot } from 'isbot';
import { LRUCache } from 'lru-cache';
import type { Settings } from '../settings/settings.ts';
import type { Device } from './visit.ts';

/** What a request tells about the browser that sent it. */
export interface BrowserHeaders {
  readonly ip: string;
  readonly userAgent: string | undefined;
  readonly acceptLanguage: string | undefined;
}

/** What a script in the page tells about its browser. */
export type ReportedDevice = Partial<Pick<Device, 'platform' | 'language' | 'timezone'>>;

type ReadUserAgent = Pick<Device, 'browser' | 'browserVersion' | 'platform'> & { readonly isRobot: boolean };

/** How a socket that speaks IPv6 too writes an IPv4 address. */
const ipv4Mapped = /^::ffff:(?=\d+\.)/;

/** Longer ones are cut off. */
const longestUserAgent = 500;
/** A site's visitors have few different user agents, so each is read once. */
const readUserAgents = new LRUCache<string, ReadUserAgent>({ max: 2_000 });

/**
 * What may be kept of a browser: whatever its headers tell only if
 * `Livechat_Allow_collect_and_store_HTTP_header_informations` allows it, and what a script reports in any case.
 * @returns null for a robot, who is not a visitor.
 */
export function deviceOf(
  settings: Settings,
  { ip, userAgent = '', acceptLanguage }: BrowserHeaders,
  reported: ReportedDevice = {},
): Partial<Device> | null {
  const { isRobot, ...read } = readUserAgent(userAgent.slice(0, longestUserAgent));
  if (isRobot) return null;
  if (!settings.get('Livechat_Allow_collect_and_store_HTTP_header_informations')) return reported;
  return {
    ip: ip.replace(ipv4Mapped, ''),
    userAgent: userAgent.slice(0, longestUserAgent),
    ...read,
    language: languageOf(acceptLanguage),
    ...reported,
  };
}

/** The names of the operating system and the browser, with their versions, as far as the user agent tells them. */
export function namesInUserAgent(userAgent = ''): { readonly os?: string; readonly browser?: string } {
  if (userAgent === '') return {};
  const { browser, os } = Bowser.parse(userAgent.slice(0, longestUserAgent));
  const named = ({ name, version = '' }: { readonly name?: string; readonly version?: string }) =>
    name && `${name} ${version}`.trim();
  return { ...(os.name && { os: named(os) ?? '' }), ...(browser.name && { browser: named(browser) ?? '' }) };
}

function readUserAgent(userAgent: string): ReadUserAgent {
  const known = readUserAgents.get(userAgent);
  if (known) return known;
  const { browser, os } = userAgent === '' ? { browser: {}, os: {} } : Bowser.parse(userAgent);
  const read = {
    isRobot: isRobot(userAgent),
    browser: browser.name ?? '',
    browserVersion: browser.version ?? '',
    platform: platformOf(os.name, userAgent),
  };
  readUserAgents.set(userAgent, read);
  return read;
}

/**
 * Whether a crawler that runs the scripts of pages sent this. A program that calls the API by itself, which `isbot`
 * counts as one, does so on somebody's behalf, and a browser without a window is how sites are tested.
 */
const isRobot = (userAgent: string): boolean =>
  /^Mozilla\/|bot|crawl|spider/i.test(userAgent) && isbot(userAgent.replace('HeadlessChrome', 'Chrome'));

/** What `navigator.platform` says on most devices with the operating system. */
const platforms: Readonly<Record<string, string>> = {
  Windows: 'Win32',
  macOS: 'MacIntel',
  Linux: 'Linux x86_64',
  'Chrome OS': 'Linux x86_64',
  Android: 'Linux armv81',
};

function platformOf(system: string | undefined, userAgent: string): string {
  if (system === 'iOS') return userAgent.includes('iPad') ? 'iPad' : 'iPhone';
  return platforms[system ?? ''] ?? system ?? '';
}

/** The two letters of the language that is asked for first. */
export const languageOf = (languages: string | undefined): string =>
  /^\s*([a-z]{2})(?![a-z])/i.exec(languages ?? '')?.[1]?.toLowerCase() ?? '';
