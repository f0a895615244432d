import { errors, importSPKI, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { maxLengths } from '../text/max-lengths.ts';
import type { Identity } from './identity.ts';

export interface VerifyIdentityDeps {
  readonly clock: Clock;
  readonly settings: Settings;
}

/** A shorter secret than HS256's digest could be guessed. */
const leastSecretBytes = 32;
/** An assertion is made for one page; its id is remembered until it expires. */
const longestLifetimeMs = 24 * 60 * 60_000;

const refused = (reason: string): AppError => new AppError('invalid-identity', { reason });

/**
 * Verifies an identity assertion: a JWT with `sub`, `jti` and `exp` and, as far as the site knows them, `email` and
 * `phone`, which one of the two keys in the settings has signed.
 * @throws {AppError} `invalid-identity`
 */
export async function verifyIdentity(
  { clock, settings }: VerifyIdentityDeps,
  assertion: string,
): Promise<Identity> {
  const keys = [settings.get('Foyer_Identity_Key'), settings.get('Foyer_Identity_Former_Key')];
  for (const key of keys.filter(isUsable)) {
    const payload = await payloadSignedBy(key, assertion, clock());
    if (payload) return identityOf(payload, clock());
  }
  throw refused('The identity is not signed by a known key');
}

const isPublicKey = (key: string): boolean => key.startsWith('-----BEGIN PUBLIC KEY-----');
const isUsable = (key: string): boolean => isPublicKey(key) || Buffer.byteLength(key) >= leastSecretBytes;

/**
 * What the assertion says, or null if this key has not signed it. A key goes with one algorithm, so a public key is
 * never taken for a secret.
 */
async function payloadSignedBy(key: string, assertion: string, now: Date): Promise<JWTPayload | null> {
  try {
    const options = { currentDate: now, requiredClaims: ['exp'] };
    const verified = isPublicKey(key)
      ? await jwtVerify(assertion, await importSPKI(key, 'EdDSA'), { ...options, algorithms: ['EdDSA'] })
      : await jwtVerify(assertion, Buffer.from(key), { ...options, algorithms: ['HS256'] });
    return verified.payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw refused('The identity has expired');
    // Neither is a key that cannot be read anybody's signature.
    return null;
  }
}

function identityOf({ sub, jti, exp, email, phone }: JWTPayload, now: Date): Identity {
  const expiresAt = new Date((exp ?? 0) * 1_000);
  if (expiresAt.getTime() - now.getTime() > longestLifetimeMs) {
    throw refused('The identity must expire within a day');
  }
  const address = optionalText('email', email, maxLengths.email)?.trim().toLowerCase();
  const number = optionalText('phone', phone, maxLengths.phone);
  return {
    sub: text('sub', sub, maxLengths.id),
    jti: text('jti', jti, maxLengths.id),
    expiresAt,
    ...(address ? { email: address } : {}),
    ...(number ? { phone: number } : {}),
  };
}

function text(claim: string, value: unknown, maxLength: number): string {
  if (typeof value === 'string' && value !== '' && value.length <= maxLength) return value;
  throw refused(`The identity must have a ${claim} of 1 to ${maxLength} characters`);
}

/** Null and empty texts count as absent. */
const optionalText = (claim: string, value: unknown, maxLength: number): string | undefined =>
  value === undefined || value === null || value === '' ? undefined : text(claim, value, maxLength);
