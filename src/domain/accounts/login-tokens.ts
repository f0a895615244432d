import { hash } from 'node:crypto';
import type { Settings } from '../settings/settings.ts';
import type { StoredToken, UserServices } from './user.ts';

/** The form in which Rocket.Chat stores a token: its SHA-256 in base64. */
export const hashToken = (token: string): string => hash('sha256', token, 'base64');

const dayMs = 86_400_000;
const defaultDays = 90;

/**
 * Login tokens made before this date have expired. `Accounts_LoginExpiration` is in days; a value that makes no sense
 * means 90.
 */
export const loginExpiryCutoff = (settings: Settings, now: Date): Date =>
  new Date(now.getTime() - lifetimeMs(settings));

/** When a login token expires that was made at the given time. */
export const loginExpiryOf = (settings: Settings, when: Date | number): Date =>
  new Date(Number(when) + lifetimeMs(settings));

function lifetimeMs(settings: Settings): number {
  const days = settings.get('Accounts_LoginExpiration');
  return (days > 0 ? days : defaultDays) * dayMs;
}

/** A user's tokens. Anything else that an old release may have left in the list is skipped. */
export const tokensOf = ({ resume }: UserServices): readonly StoredToken[] =>
  Array.isArray(resume?.loginTokens) ? resume.loginTokens.filter(Boolean) : [];

/** Whether a stored token is still valid; personal access tokens have no `when` and never expire. */
export const isTokenAlive = ({ when }: StoredToken, cutoff: Date): boolean =>
  when === undefined || when === null || Number(when) >= cutoff.getTime();
