import path from 'node:path';
import type { AdminAccount } from '../domain/accounts/bootstrap-accounts.ts';
import { commaListOf } from '../domain/text/comma-list.ts';
import type { Env } from './env.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Config {
  readonly port: number;
  readonly bindIp: string | undefined;
  /** Where browsers and clients reach the service, without a trailing slash; absent: where it listens. */
  readonly rootUrl: string | undefined;
  /** The path in that address, without a trailing slash; `''` if it has none. */
  readonly rootPath: string;
  /** Whether there is a page that shows what the chat widget does. */
  readonly isDemo: boolean;
  /** Absent: the embedded database in `dataDir`. */
  readonly mongoUrl: string | undefined;
  readonly dataDir: string;
  /** Databases of addresses, in MaxMind's format; they need not be there. */
  readonly placeFiles: { readonly city: readonly string[]; readonly networks: readonly string[] };
  readonly admin: AdminAccount;
  /** As in Rocket.Chat: no rate limits, and stack traces in error answers. */
  readonly testMode: boolean;
  readonly logLevel: LogLevel;
  /** How many proxies in front are trusted to set the client's address. */
  readonly forwardedCount: number;
  /** The server that mails are sent by; absent: mails wait. */
  readonly mailUrl: string | undefined;
  /** Hosts and networks to which events may be sent although they are not public. */
  readonly webhookAllow: readonly string[];
  /** Whoever asks for `/metrics` has to know it; absent: anyone may ask. */
  readonly metricsToken: string | undefined;
  /** Values of `OVERWRITE_SETTING_<id>`, by setting id. */
  readonly settingOverrides: Readonly<Record<string, string>>;
}

/** An environment variable with an unusable value; the message is one sentence for the operator. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const overridePrefix = 'OVERWRITE_SETTING_';

/**
 * Turns the environment into the configuration, with all defaults applied. Names are Rocket.Chat's if it has one; an
 * empty value counts as absent.
 * @throws {ConfigError} for an unusable value.
 */
export function readConfig(env: Env): Config {
  const publicUrl = rootUrl(env);
  const dataDir = path.resolve(text(env, 'FOYER_DATA_DIR') ?? './data');
  const isDemo = flag(env, 'FOYER_DEMO', text(env, 'MONGO_URL') === undefined);
  const testMode = flag(env, 'TEST_MODE');
  return Object.freeze({
    port: wholeNumber(env, 'PORT', 3000, 65_535),
    bindIp: text(env, 'BIND_IP'),
    rootUrl: publicUrl,
    rootPath: publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, ''),
    isDemo,
    mongoUrl: mongoUrl(env),
    dataDir,
    placeFiles: {
      city: files(env, 'FOYER_GEOIP_CITY', dataDir, ['geoip/city.mmdb', 'geoip/city-ipv6.mmdb']),
      networks: files(env, 'FOYER_GEOIP_NETWORKS', dataDir, ['geoip/networks.mmdb']),
    },
    // Rocket.Chat's own suite, for which TEST_MODE is, makes its agents itself.
    admin: { ...admin(env), isAgent: isDemo || !testMode },
    testMode,
    logLevel: logLevel(env),
    forwardedCount: wholeNumber(env, 'HTTP_FORWARDED_COUNT', 0, 100),
    mailUrl: mailUrl(env),
    metricsToken: text(env, 'METRICS_TOKEN'),
    webhookAllow: list(env, 'FOYER_WEBHOOK_ALLOW'),
    settingOverrides: settingOverrides(env),
  });
}

function text(env: Env, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** Paths, separated by commas; by default, those in the data directory. */
const files = (env: Env, name: string, dataDir: string, fallback: readonly string[]): readonly string[] =>
  text(env, name)
    ?.split(',')
    .map((each) => path.resolve(each.trim())) ?? fallback.map((each) => path.join(dataDir, each));

const list = (env: Env, name: string): string[] => commaListOf(text(env, name) ?? '');

function wholeNumber(env: Env, name: string, fallback: number, max: number): number {
  const value = text(env, name);
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > max) {
    throw new ConfigError(`${name} must be a whole number from 0 to ${max}, but is "${value}".`);
  }
  return number;
}

function flag(env: Env, name: string, fallback = false): boolean {
  const value = text(env, name)?.toLowerCase();
  if (value === undefined) return fallback;
  if (['false', '0', 'no', 'off'].includes(value)) return false;
  if (['true', '1', 'yes', 'on', 'api'].includes(value)) return true;
  throw new ConfigError(`${name} must be true or false, but is "${value}".`);
}

function rootUrl(env: Env): string | undefined {
  const value = text(env, 'ROOT_URL');
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new ConfigError(`ROOT_URL must be an http or https address, but is "${value}".`);
  }
  return value.replace(/\/+$/, '');
}

function mailUrl(env: Env): string | undefined {
  const value = text(env, 'MAIL_URL');
  if (value !== undefined && !/^smtps?:\/\/.+/.test(value)) {
    // It may contain a password, so it is not repeated.
    throw new ConfigError('MAIL_URL must begin with smtp:// or smtps://.');
  }
  return value;
}

function mongoUrl(env: Env): string | undefined {
  const value = text(env, 'MONGO_URL');
  if (value !== undefined && !/^mongodb(\+srv)?:\/\/.+/.test(value)) {
    throw new ConfigError('MONGO_URL must begin with mongodb:// or mongodb+srv://.');
  }
  return value;
}

function admin(env: Env): Omit<AdminAccount, 'isAgent'> {
  const username = text(env, 'ADMIN_USERNAME') ?? 'admin';
  if (!/^[0-9a-zA-Z-_.]+$/.test(username)) {
    throw new ConfigError(`ADMIN_USERNAME may hold letters, digits, "-", "_" and ".", but is "${username}".`);
  }
  const email = text(env, 'ADMIN_EMAIL') ?? 'admin@localhost';
  if (!/^[^@\s]+@[^@\s]+$/.test(email))
    throw new ConfigError(`ADMIN_EMAIL must be an e-mail address, but is "${email}".`);
  return { username, password: text(env, 'ADMIN_PASS'), email };
}

function logLevel(env: Env): LogLevel {
  const value = text(env, 'LOG_LEVEL') ?? 'info';
  const level = logLevels.find((known) => known === value);
  if (level === undefined)
    throw new ConfigError(`LOG_LEVEL must be one of ${logLevels.join(', ')}, but is "${value}".`);
  return level;
}

function settingOverrides(env: Env): Record<string, string> {
  const entries = Object.entries(env).filter(([name]) => name.startsWith(overridePrefix));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(overridePrefix.length), value ?? '']));
}
