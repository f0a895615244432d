import { verifySync, wrapResult } from 'otplib';

const stepSeconds = 30;
/** `otplib` looks at no more half minutes than this before and after. */
const mostDelta = 98;

/** Secrets that are not base32 or shorter than 16 bytes, and codes other than six digits, fail instead of throwing. */
const verify = wrapResult(verifySync);

/**
 * The half minute, counted since 1970, whose code this is in an authenticator app (RFC 6238 with SHA-1 and six digits):
 * the present one, or one at most `maxDelta` half minutes away. Undefined if it is the code of none of them.
 * @param secret base32, as Rocket.Chat stores it in `services.totp.secret`; it may be padded
 */
export function findTotpStep(secret: string, code: string, now: Date, maxDelta: number): number | undefined {
  const epochTolerance = Math.min(maxDelta, mostDelta) * stepSeconds;
  const bare = secret.replace(/=+$/, '');
  const result = verify({ secret: bare, token: code, epoch: now.getTime() / 1000, epochTolerance });
  if (!result.ok || !result.value.valid) return undefined;
  return Math.floor(now.getTime() / 1000 / stepSeconds) + (result.value.delta ?? 0);
}
