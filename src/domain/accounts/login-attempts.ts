import type { Clock } from '../clock.ts';
import type { Settings } from '../settings/settings.ts';

/** Whose attempt it was; the name is the one given where there is no such user. */
export interface LoginAttempt {
  readonly ip: string;
  readonly username: string | undefined;
  readonly userId: string | undefined;
}

/** Attempts to log in, kept as Rocket.Chat keeps them, so that both count them together. */
export interface LoginAttemptStore {
  add(kind: 'failed' | 'successful', attempt: LoginAttempt, at: Date): Promise<void>;
  /** Failures since a moment or, where that is later, the last success; by address or by user name. */
  countFailures(by: { readonly ip: string } | { readonly username: string }, since: Date): Promise<number>;
}

export interface LoginAttemptsDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly loginAttempts: LoginAttemptStore;
}

const minuteMs = 60_000;

/**
 * What an attempt is blocked for after repeated failures, by Rocket.Chat's `Block_Multiple_Failed_Logins_*`.
 * A block ends when enough of the failures are older than the time to unblock.
 */
export async function findLoginBlock(
  deps: LoginAttemptsDeps,
  ip: string,
  username: string | undefined,
): Promise<'ip' | 'user' | undefined> {
  const { settings } = deps;
  if (!settings.get('Block_Multiple_Failed_Logins_Enabled')) return undefined;
  const [byIp, byUser] = await Promise.all([isIpBlocked(deps, ip), isUserBlocked(deps, username)]);
  if (byIp) return 'ip';
  return byUser ? 'user' : undefined;
}

async function isIpBlocked(
  { settings, clock, loginAttempts }: LoginAttemptsDeps,
  ip: string,
): Promise<boolean> {
  const exempt = settings.get('Block_Multiple_Failed_Logins_Ip_Whitelist').split(',');
  const limit = settings.get('Block_Multiple_Failed_Logins_Attempts_Until_Block_By_Ip');
  if (!settings.get('Block_Multiple_Failed_Logins_By_Ip') || !limit || exempt.includes(ip)) return false;
  const minutes = settings.get('Block_Multiple_Failed_Logins_Time_To_Unblock_By_Ip_In_Minutes');
  return (await loginAttempts.countFailures({ ip }, minutesBefore(clock(), minutes))) >= limit;
}

async function isUserBlocked(
  { settings, clock, loginAttempts }: LoginAttemptsDeps,
  username: string | undefined,
): Promise<boolean> {
  const limit = settings.get('Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User');
  if (!settings.get('Block_Multiple_Failed_Logins_By_User') || !limit || username === undefined) return false;
  const minutes = settings.get('Block_Multiple_Failed_Logins_Time_To_Unblock_By_User_In_Minutes');
  return (await loginAttempts.countFailures({ username }, minutesBefore(clock(), minutes))) >= limit;
}

const minutesBefore = (now: Date, minutes: number): Date => new Date(now.getTime() - minutes * minuteMs);

/** Notes an attempt, unless blocking is off. */
export async function noteLoginAttempt(
  { settings, clock, loginAttempts }: LoginAttemptsDeps,
  kind: 'failed' | 'successful',
  attempt: LoginAttempt,
): Promise<void> {
  if (settings.get('Block_Multiple_Failed_Logins_Enabled')) await loginAttempts.add(kind, attempt, clock());
}
