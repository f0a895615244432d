import { verifySync, wrapResult } from 'otplib';

const stepSeconds = 30;
/** `otplib` looks at no more half minutes than this before and after. */
const mostDelta = 98;

/** Secrets that are not base32 or shorter than 16 bytes, and codes other than six digits, fail instead of throwing. */
const verify = wrapResult(verifySync);

/**
 * Whether an authenticator app (RFC 6238 with SHA-1 and six digits) shows this code now, or did or will at most `maxDelta`
 * half minutes away.
 * @param secret base32, as Rocket.Chat stores it in `services.totp.secret`; it may be padded
 */
export function isTotpCode(secret: string, code: string, now: Date, maxDelta: number): boolean {
  const epochTolerance = Math.min(maxDelta, mostDelta) * stepSeconds;
  const bare = secret.replace(/=+$/, '');
  const result = verify({ secret: bare, token: code, epoch: now.getTime() / 1000, epochTolerance });
  return result.ok && result.value.valid;
}
