import type { Clock } from '../clock.ts';
import type { Settings } from '../settings/settings.ts';
import type { LoginRefusal } from './login-refusal.ts';
import { findTotpStep } from './totp.ts';
import type { UserWithCredentials } from './user.ts';

/** Which codes of authenticator apps have been used. */
export interface UsedCodeStore {
  /** Marks the code of a half minute as used; false if it was used before, whichever instance was asked. */
  useOnce(userId: string, timeStep: number, at: Date): Promise<boolean>;
}

export interface SecondFactorDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly usedCodes: UsedCodeStore;
}

/**
 * What is wrong with the second factor of a user who has an authenticator app; undefined if nothing is. A code works
 * once (RFC 6238, section 5.2), in Rocket.Chat as often as somebody sends it within its time.
 */
export async function checkSecondFactor(
  { settings, clock, usedCodes }: SecondFactorDeps,
  { _id, services: { totp } }: UserWithCredentials,
  code: string | undefined,
): Promise<LoginRefusal | undefined> {
  if (!totp?.enabled || !settings.get('Accounts_TwoFactorAuthentication_Enabled')) return undefined;
  if (!code) return 'second-factor-required';
  const maxDelta = settings.get('Accounts_TwoFactorAuthentication_MaxDelta');
  const timeStep = findTotpStep(totp.secret ?? '', code, clock(), maxDelta);
  if (timeStep === undefined) return 'second-factor-invalid';
  return (await usedCodes.useOnce(_id, timeStep, clock())) ? undefined : 'second-factor-invalid';
}
