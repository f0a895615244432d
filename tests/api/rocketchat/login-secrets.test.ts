import { PassThrough } from 'node:stream';
import { createLogger } from '../../../src/observability/logger.ts';
import { logIn } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import { adminUsername, startTestService } from '../../support/service.ts';
import { sha256Hex, storedTokenHash } from '../../support/users.ts';

describe('secrets of users', () => {
  it('are never logged, whatever else is', async () => {
    const lines: string[] = [];
    const destination = new PassThrough().on('data', (line: Buffer) => lines.push(line.toString()));
    const service = await startTestService({}, { logger: createLogger('trace', destination) });
    const credentials = await logIn(service.app);
    const client = apiClient(service.app).as(credentials);
    await client.get('me');
    await apiClient(service.app).post('login', { user: adminUsername, password: 'a wrong password' });
    await apiClient(service.app).post('login', { resume: credentials.authToken });
    await client.post('users.create', {
      name: 'Ann',
      username: 'ann',
      email: 'ann@example.org',
      password: 'the password of Ann',
    });
    await client.post('logout');
    await service.stop();
    const log = lines.join('');
    expect(log).toContain('"operation":"login"');
    const { authToken } = credentials;
    const secrets = [
      authToken,
      storedTokenHash(authToken),
      'a wrong password',
      'the password of Ann',
      '$2b$',
    ];
    for (const secret of [...secrets, sha256Hex(adminUsername)]) expect(log).not.toContain(secret);
  });
});
