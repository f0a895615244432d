import { type JWTPayload, SignJWT } from 'jose';
import { unique } from './visitors.ts';

export const identityKey = 'a secret of the site of at least 32 bytes';

/** The environment of a service that accepts what {@link assertIdentity} makes. */
export const identities = { OVERWRITE_SETTING_Foyer_Identity_Key: identityKey };

/** What a site's backend asserts, with everything in it but what is given; undefined leaves a claim out. */
export const assertIdentity = (
  given: { readonly [claim in keyof JWTPayload]?: JWTPayload[claim] | undefined } = {},
  key: Parameters<SignJWT['sign']>[0] = Buffer.from(identityKey),
  alg = 'HS256',
): Promise<string> => {
  const exp = Math.floor(Date.now() / 1_000) + 60;
  const claims = { sub: unique('person'), jti: unique('assertion'), exp, ...given };
  return new SignJWT(JSON.parse(JSON.stringify(claims))).setProtectedHeader({ alg }).sign(key);
};
