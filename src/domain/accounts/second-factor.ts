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
 * What keeps a user from logging in though the password is right; undefined if nothing does. Users with an
 * authenticator app need its code. To others Rocket.Chat sends a code by e-mail, if they have that switched on and an
 * address is verified; without the code they are refused, since no code can be sent here.
 */
export async function checkSecondFactor(
  deps: SecondFactorDeps,
  user: UserWithCredentials,
  code: string | undefined,
): Promise<LoginRefusal | undefined> {
  if (!deps.settings.get('Accounts_TwoFactorAuthentication_Enabled')) return undefined;
  if (user.services.totp?.enabled) return checkAppCode(deps, user, code);
  return needsMailedCode(deps, user) ? 'second-factor-by-email' : undefined;
}

/** A code works once (RFC 6238, section 5.2), in Rocket.Chat as often as somebody sends it within its time. */
async function checkAppCode(
  { settings, clock, usedCodes }: SecondFactorDeps,
  { _id, services: { totp } }: UserWithCredentials,
  code: string | undefined,
): Promise<LoginRefusal | undefined> {
  if (!code) return 'second-factor-required';
  const maxDelta = settings.get('Accounts_TwoFactorAuthentication_MaxDelta');
  const timeStep = findTotpStep(totp?.secret ?? '', code, clock(), maxDelta);
  if (timeStep === undefined) return 'second-factor-invalid';
  return (await usedCodes.useOnce(_id, timeStep, clock())) ? undefined : 'second-factor-invalid';
}

const needsMailedCode = (
  { settings }: SecondFactorDeps,
  { emails = [], services }: UserWithCredentials,
): boolean =>
  settings.get('Accounts_TwoFactorAuthentication_By_Email_Enabled') &&
  services.email2fa?.enabled === true &&
  emails.some(({ verified }) => verified);
