import type { Clock } from '../clock.ts';
import type { Settings } from '../settings/settings.ts';

/** Who tried to log in. Where there is no such user, `username` is the name that was given. */
export interface LoginAttempt {
  readonly ip: string;
  readonly username: string | undefined;
  readonly userId: string | undefined;
}

/** Attempts to log in, stored as Rocket.Chat stores them, so that both count the same ones. */
export interface LoginAttemptStore {
  add(kind: 'failed' | 'successful', attempt: LoginAttempt, at: Date): Promise<void>;
  /**
   * How many attempts from an address or for a user name failed since the date, or since the last success if that is
   * later.
   */
  countFailures(by: { readonly ip: string } | { readonly username: string }, since: Date): Promise<number>;
}

export interface LoginAttemptsDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly loginAttempts: LoginAttemptStore;
}

const minuteMs = 60_000;

/**
 * Whether an attempt is blocked after repeated failures, and on whose account, by Rocket.Chat's
 * `Block_Multiple_Failed_Logins_*`. A block ends when enough of the failures are older than the time to unblock.
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

/** Records an attempt, unless blocking is off. */
export async function noteLoginAttempt(
  { settings, clock, loginAttempts }: LoginAttemptsDeps,
  kind: 'failed' | 'successful',
  attempt: LoginAttempt,
): Promise<void> {
  if (settings.get('Block_Multiple_Failed_Logins_Enabled')) await loginAttempts.add(kind, attempt, clock());
}
