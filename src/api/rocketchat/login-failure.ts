import type { LoginRefusal } from '../../domain/accounts/login-refusal.ts';
import { RocketChatError } from './errors.ts';

interface LoginFailure {
  readonly error: string | number;
  readonly message: string;
  readonly details?: object;
}

const byValidation = { function: 'Accounts.validateLoginAttempt' };

/** What Rocket.Chat says about each refusal: Meteor's codes and reasons. */
const failures: Record<LoginRefusal, LoginFailure> = {
  'unknown-user': { error: 'Unauthorized', message: 'Unauthorized' },
  'wrong-password': { error: 403, message: 'Incorrect password' },
  'invalid-token': { error: 403, message: "You've been logged out by the server. Please log in again." },
  'expired-token': { error: 403, message: 'Your session has expired. Please log in again.' },
  'blocked-for-ip': {
    error: 'error-login-blocked-for-ip',
    message: 'Login has been temporarily blocked For IP',
    details: byValidation,
  },
  'blocked-for-user': {
    error: 'error-login-blocked-for-user',
    message: 'Login has been temporarily blocked For User',
    details: byValidation,
  },
  'inactive-user': {
    error: 'error-user-is-not-activated',
    message: 'User is not activated',
    details: byValidation,
  },
  'second-factor-required': {
    error: 'totp-required',
    message: 'TOTP Required',
    details: { method: 'totp', availableMethods: ['totp'] },
  },
  'second-factor-invalid': { error: 'totp-invalid', message: 'TOTP Invalid', details: { method: 'totp' } },
  // Not Rocket.Chat's: its `totp-required` would have clients ask for a code that nobody sends.
  'second-factor-by-email': {
    error: 'error-two-factor-by-email-not-supported',
    message:
      'This user logs in with a code sent by e-mail, which is not supported here; tokens from Rocket.Chat and personal access tokens work',
  },
  'app-user': {
    error: 'error-app-user-is-not-allowed-to-login',
    message: 'App user is not allowed to login',
    details: byValidation,
  },
};

/** What clients are told about a refused login. */
export const loginFailure = (refusal: LoginRefusal): LoginFailure => failures[refusal];

/** The 401 for a refused login. */
export function refusedLogin(refusal: LoginRefusal): RocketChatError {
  const { error, message, details } = failures[refusal];
  return new RocketChatError({ status: 401, error, legacyMessage: message, details });
}

/** The 401 for a body that is not a login at all. */
export const notALogin = (): RocketChatError =>
  new RocketChatError({ status: 401, error: 400, legacyMessage: 'Match failed' });
