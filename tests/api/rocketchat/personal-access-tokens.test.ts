import { errorOf } from '../../support/client.ts';
import { useService } from '../../support/use-service.ts';

describe('personal access tokens', () => {
  const { admin, anyone, outsider, service } = useService();
  const generate = (tokenName: string) =>
    admin.post('users.generatePersonalAccessToken', { tokenName, bypassTwoFactor: true });
  const me = async () => (await admin.get('me')).body._id as string;

  it('log their user in until they are removed', async () => {
    const { token } = (await generate('crm')).body;
    expect(token).toMatch(/^[\w-]{43}$/);
    const holder = anyone.as({ userId: await me(), authToken: token });
    expect((await holder.get('me')).status).toBe(200);
    const { tokens } = (await admin.get('users.getPersonalAccessTokens')).body;
    expect(tokens).toEqual([
      { name: 'crm', createdAt: expect.any(String), lastTokenPart: token.slice(-6), bypassTwoFactor: true },
    ]);
    expect((await admin.post('users.removePersonalAccessToken', { tokenName: 'crm' })).body).toEqual({
      success: true,
    });
    expect((await holder.get('me')).status).toBe(401);
  });

  it('are replaced by new ones, with the same name and rights', async () => {
    const { token: old } = (await generate('rotated')).body;
    const holding = async (authToken: string) =>
      (await anyone.as({ userId: await me(), authToken }).get('me')).status;
    expect(await holding(old)).toBe(200);
    const { token } = (await admin.post('users.regeneratePersonalAccessToken', { tokenName: 'rotated' }))
      .body;
    expect([await holding(old), await holding(token)]).toEqual([401, 200]);
    const { tokens } = (await admin.get('users.getPersonalAccessTokens')).body;
    expect(tokens).toContainEqual({
      ...{ name: 'rotated', createdAt: expect.any(String), bypassTwoFactor: true },
      lastTokenPart: token.slice(-6),
    });
    expect(await errorOf(admin.post('users.regeneratePersonalAccessToken', { tokenName: 'none' }))).toBe(
      '400 Token does not exist [error-token-does-not-exists]',
    );
  });

  it('are replaced by one, however many ask for it at once', async () => {
    const { token: old } = (await generate('contended')).body;
    const replacing = Array.from({ length: 6 }, () =>
      admin.post('users.regeneratePersonalAccessToken', { tokenName: 'contended' }),
    );
    const answers = await Promise.all(replacing);
    const issued = answers.flatMap(({ status, body }) => (status === 200 ? [body.token] : []));
    const holding = async (authToken: string) =>
      (await anyone.as({ userId: await me(), authToken }).get('me')).status;
    const last: string[] = [];
    for (const token of [old, ...issued]) if ((await holding(token)) === 200) last.push(token);
    expect(last).toHaveLength(1);
    expect(last).not.toContain(old);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]));
    const { tokens } = (await admin.get('users.getPersonalAccessTokens')).body;
    expect(tokens.filter(({ name }: { name: string }) => name === 'contended')).toHaveLength(1);
  });

  it('are stored as Rocket.Chat stores them', async () => {
    const { token } = (await generate('stored')).body;
    const user = await service.deps.users.findWithCredentials({ id: await me() });
    expect(user?.services.resume?.loginTokens?.at(-1)).toEqual({
      ...{ hashedToken: expect.stringMatching(/^.{43}=$/), type: 'personalAccessToken', name: 'stored' },
      ...{ createdAt: expect.any(Date), lastTokenPart: token.slice(-6), bypassTwoFactor: true },
    });
  });

  it('have a name that their user has once, however many are asked for at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => generate('twice')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await errorOf(generate('twice'))).toBe(
      '400 A token with this name already exists [error-token-already-exists]',
    );
  });

  it('are refused to those who may not have them, and cannot be removed twice', async () => {
    expect(await errorOf(admin.post('users.removePersonalAccessToken', { tokenName: 'none' }))).toBe(
      '400 Token does not exist [error-token-does-not-exists]',
    );
    await admin.post('permissions.update', {
      permissions: [{ _id: 'create-personal-access-tokens', roles: [] }],
    });
    expect(await errorOf(outsider.get('users.getPersonalAccessTokens'))).toBe(
      '400 Not Authorized [not-authorized]',
    );
    for (const path of ['users.generatePersonalAccessToken', 'users.regeneratePersonalAccessToken'])
      expect(await errorOf(outsider.post(path, { tokenName: 'x' }))).toBe(
        '400 Not Authorized [not-authorized]',
      );
  });
});
