import type { Clock } from '../clock.ts';
import type { Settings } from '../settings/settings.ts';
import { LoginRefusedError } from './login-refusal.ts';

/** Who tries to log in. Where there is no such user, `username` is the name that was given. */
export interface LoginAttempt {
  readonly ip: string;
  readonly username: string | undefined;
  readonly userId: string | undefined;
}

/** Attempts to log in, stored as Rocket.Chat stores them, so that both count the same ones. */
export interface LoginAttemptStore {
  /** Stores an attempt as a failed one, and returns its id. */
  addFailed(attempt: LoginAttempt, at: Date): Promise<string>;
  /** Makes a stored attempt a successful one. */
  succeed(id: string, at: Date): Promise<void>;
  remove(id: string): Promise<void>;
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

/** An attempt that is counted as failed until its outcome is known. */
export interface BegunAttempt {
  succeed(): Promise<void>;
  /** Neither the password nor the code was wrong: it does not count. */
  withdraw(): Promise<void>;
}

const minuteMs = 60_000;

/**
 * Begins an attempt, unless it is blocked after repeated failures by Rocket.Chat's `Block_Multiple_Failed_Logins_*`. A
 * block ends when enough of the failures are older than the time to unblock.
 *
 * The attempt counts as failed before its password is looked at. Of any number of simultaneous attempts, in all
 * instances, each sees at least those that were stored before it, so no more than the limit are ever let through.
 * @throws {LoginRefusedError} `blocked-for-ip`, `blocked-for-user`
 */
export async function beginLoginAttempt(
  deps: LoginAttemptsDeps,
  attempt: LoginAttempt,
): Promise<BegunAttempt> {
  const { settings, clock, loginAttempts } = deps;
  if (!settings.get('Block_Multiple_Failed_Logins_Enabled')) return uncounted;
  await refuseBlocked(deps, attempt, 0);
  const id = await loginAttempts.addFailed(attempt, clock());
  const withdraw = () => loginAttempts.remove(id);
  try {
    await refuseBlocked(deps, attempt, 1);
  } catch (error) {
    // It was not tried; if it stayed, further attempts would prolong the block.
    await withdraw();
    throw error;
  }
  return { succeed: () => loginAttempts.succeed(id, clock()), withdraw };
}

const uncounted: BegunAttempt = { succeed: async () => undefined, withdraw: async () => undefined };

/** @param own how many of the failures counted are this attempt itself. */
async function refuseBlocked(
  deps: LoginAttemptsDeps,
  { ip, username }: LoginAttempt,
  own: 0 | 1,
): Promise<void> {
  const [byIp, byUser] = await Promise.all([isIpBlocked(deps, ip, own), isUserBlocked(deps, username, own)]);
  if (byIp) throw new LoginRefusedError('blocked-for-ip');
  if (byUser) throw new LoginRefusedError('blocked-for-user');
}

async function isIpBlocked(
  { settings, clock, loginAttempts }: LoginAttemptsDeps,
  ip: string,
  own: number,
): Promise<boolean> {
  const exempt = settings.get('Block_Multiple_Failed_Logins_Ip_Whitelist').split(',');
  const limit = settings.get('Block_Multiple_Failed_Logins_Attempts_Until_Block_By_Ip');
  if (!settings.get('Block_Multiple_Failed_Logins_By_Ip') || !limit || exempt.includes(ip)) return false;
  const minutes = settings.get('Block_Multiple_Failed_Logins_Time_To_Unblock_By_Ip_In_Minutes');
  return (await loginAttempts.countFailures({ ip }, minutesBefore(clock(), minutes))) - own >= limit;
}

async function isUserBlocked(
  { settings, clock, loginAttempts }: LoginAttemptsDeps,
  username: string | undefined,
  own: number,
): Promise<boolean> {
  const limit = settings.get('Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User');
  if (!settings.get('Block_Multiple_Failed_Logins_By_User') || !limit || username === undefined) return false;
  const minutes = settings.get('Block_Multiple_Failed_Logins_Time_To_Unblock_By_User_In_Minutes');
  return (await loginAttempts.countFailures({ username }, minutesBefore(clock(), minutes))) - own >= limit;
}

const minutesBefore = (now: Date, minutes: number): Date => new Date(now.getTime() - minutes * minuteMs);
