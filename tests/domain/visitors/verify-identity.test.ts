import { exportSPKI, generateKeyPair } from 'jose';
import { verifyIdentity } from '../../../src/domain/visitors/verify-identity.ts';
import { assertIdentity, identityKey } from '../../support/identities.ts';
import { settingsWith } from '../../support/settings.ts';

// Far ahead: by its own clock, the database removes what is old.
const now = new Date('2096-01-31T08:15:30Z');
const inSeconds = (seconds: number) => now.getTime() / 1_000 + seconds;
const exp = inSeconds(60);

const verify = (assertion: string, keys: readonly [string, string?] = [identityKey]) =>
  verifyIdentity(
    {
      clock: () => now,
      settings: settingsWith({ Foyer_Identity_Key: keys[0], Foyer_Identity_Former_Key: keys[1] ?? '' }),
    },
    assertion,
  );

describe('an identity assertion', () => {
  it('says who somebody is, with an address in lower case', async () => {
    const claims = { sub: '42', jti: 'one', exp, email: ' Ann@X.io ', phone: '+55' };
    expect(await verify(await assertIdentity(claims))).toEqual({
      sub: '42',
      jti: 'one',
      email: 'ann@x.io',
      phone: '+55',
      expiresAt: new Date('2096-01-31T08:16:30Z'),
    });
    const little = await verify(await assertIdentity({ exp, email: null, phone: '' }));
    expect(Object.keys(little).sort()).toEqual(['expiresAt', 'jti', 'sub']);
  });

  it('may be signed with the former key, while the site changes to another', async () => {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const next = await exportSPKI(publicKey);
    const [old, fresh] = [
      await assertIdentity({ exp, sub: 'old' }),
      await assertIdentity({ exp, sub: 'fresh' }, privateKey, 'EdDSA'),
    ];
    expect(await verify(old, [next, identityKey])).toMatchObject({ sub: 'old' });
    expect(await verify(fresh, [next, identityKey])).toMatchObject({ sub: 'fresh' });
    await expect(verify(old, [next])).rejects.toMatchObject({ code: 'invalid-identity' });
  });

  it('cannot be signed with the public key as a secret', async () => {
    const { publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const pem = await exportSPKI(publicKey);
    const forged = await assertIdentity({ exp }, Buffer.from(pem));
    await expect(verify(forged, [pem])).rejects.toMatchObject({ code: 'invalid-identity' });
  });

  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
    JSON.stringify({ sub: '42', jti: 'one', exp }),
  ).toString('base64url')}.`;
  it.each([
    ['without a signature', () => unsigned, 'The identity is not signed by a known key'],
    ['that is no token at all', () => 'x', 'The identity is not signed by a known key'],
    [
      'signed with another key',
      () => assertIdentity({ exp }, Buffer.from('x'.repeat(40))),
      'The identity is not signed by a known key',
    ],
    ['that has expired', () => assertIdentity({ exp: inSeconds(-1) }), 'The identity has expired'],
    [
      'that never expires',
      () => assertIdentity({ exp: undefined }),
      'The identity is not signed by a known key',
    ],
    [
      'that expires too late',
      () => assertIdentity({ exp: inSeconds(90_000) }),
      'The identity must expire within a day',
    ],
    [
      'about nobody',
      () => assertIdentity({ exp, sub: '' }),
      'The identity must have a sub of 1 to 256 characters',
    ],
    [
      'that could be used again',
      () => assertIdentity({ exp, jti: undefined }),
      'The identity must have a jti of 1 to 256 characters',
    ],
  ])('is refused %s', async (_title, make, reason) => {
    await expect(verify(await make())).rejects.toMatchObject({ code: 'invalid-identity', reason });
  });

  it('is refused if the secret is none, or too short to be one', async () => {
    for (const key of ['', 'short'])
      await expect(verify(await assertIdentity({ exp }), [key])).rejects.toMatchObject({
        code: 'invalid-identity',
      });
  });
});
