import request from 'supertest';
import { basicOf } from '../../support/accounts.ts';
import { reveChatClient, reveError } from '../../support/reve-chat.ts';
import { withTestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';

const lists = ['agents', 'chats', 'offlinemessages', 'visitors'];
const both = lists.flatMap((list) => [list, `${list}/9`]);
const badCredentials = 'Bad credentials';
const accessDenied = 'Access is denied! Only user with Super Admin role can access the REST API';

describe('REVE Chat', () => {
  const { service, admin } = useService();
  const get = reveChatClient(() => service.app);
  const as = (username: string, password: string) =>
    reveChatClient(() => service.app, basicOf(username, password));

  it.each(both)('asks for credentials, in a plain text that is declared as JSON: %s', async (path) => {
    const strangers = [{}, basicOf('nobody@example.org', 'x'), { Authorization: 'Bearer x' }];
    for (const headers of strangers) {
      const answer = await reveChatClient(() => service.app, headers)(path);
      expect([answer.status, answer.text]).toEqual([401, badCredentials]);
      expect(answer.headers['content-type']).toBe('application/json;charset=UTF-8');
      expect(answer.headers['www-authenticate']).toBe('Basic realm="revechat"');
      expect(answer.headers['content-length'] ?? String(answer.text.length)).toBe('15');
    }
  });

  it.each(both)('is for administrators: %s', async (path) => {
    const user = {
      name: 'Bo',
      username: `bo-${path.replace('/', '-')}`,
      password: 'secret-bo',
      roles: ['livechat-agent'],
    };
    await admin.post('users.create', { ...user, email: `${user.username}@example.org` });
    const answer = await as(`${user.username}@example.org`, 'secret-bo')(path);
    expect([answer.status, answer.text]).toEqual([403, accessDenied]);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="revechat"');
  });

  it.each(lists)('answers with or without a slash at the end: %s', async (path) => {
    for (const spelling of [path, `${path}/`, `${path}?page_no=1`, `${path}/?page_no=`]) {
      const answer = await get(spelling);
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
    }
  });

  it.each(lists)('has an empty page after the last one: %s', async (path) => {
    for (const page of ['4711', '900000000000', '9223372036854775807']) {
      const answer = await get(`${path}?page_no=${page}`);
      expect([answer.status, answer.body]).toEqual([200, []]);
    }
  });

  it.each(
    lists.flatMap((list) =>
      ['0', '-2', '1.5', 'abc', '9223372036854775808', '1e3'].map((page) => [list, page]),
    ),
  )('refuses a wrong page of %s: %s', async (path, page) => {
    const answer = await get(`${path}?page_no=${page}`);
    expect(reveError(answer)).toBe(`400 Invalid Page Number: ${page}. Please enter a valid Page Number.`);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="revechat"');
  });

  it('refuses pages that are lists or objects', async () => {
    for (const query of ['page_no[$gt]=1', 'page_no=1&page_no=2', 'page_no[]=1'])
      expect((await get(`visitors?${query}`)).status).toBe(400);
  });

  const wrongIds = {
    agents: (id: string) => `Invalid Agent Id: ${id}. Please enter a valid Agent Id.`,
    chats: (id: string) => `Invalid Chat Id: ${id}. Please enter a valid Chat Id.`,
    offlinemessages: (id: string) =>
      `Invalid Offline message Id: ${id}. Please enter a Valid Offline message Id.`,
    visitors: (id: string) => `Invalid Visitor Id: ${id}. Please enter a valid Visitor Id.`,
  };
  it.each(Object.entries(wrongIds))('refuses ids that are none: %s', async (path, sentence) => {
    for (const id of ['0', '-14', '1.5', 'abc', '9223372036854775808'])
      expect(reveError(await get(`${path}/${id}`))).toBe(`400 ${sentence(id)}`);
  });

  const unknown = {
    agents: 'No Record found for Agent Id = 9. Please enter a another Agent Id.',
    chats: 'No Record found for Chat Id = 9. Please enter a another Chat Id.',
    offlinemessages: 'No Record found for Offline Message Id = 9. Please enter a another Offline Message Id.',
    visitors: 'No Record found for Visitor Id = 9. Please enter a another Visitor Id.',
  };
  it.each(Object.entries(unknown))('says which id is unknown: %s', async (path, sentence) => {
    expect(reveError(await get(`${path}/9`))).toBe(`404 ${sentence}`);
    const [largest, ofLargest] = ['9223372036854775807', sentence.replace('9', '9223372036854775807')];
    expect(reveError(await get(`${path}/${largest}`))).toBe(`404 ${ofLargest}`);
  });

  it('only reads', async () => {
    for (const method of ['post', 'put', 'delete', 'patch'] as const)
      expect((await request(service.app)[method]('/api/visitors')).status).toBe(404);
    expect((await request(service.app).get('/api/visitors/1/2')).status).toBe(404);
  });

  it('refuses users who have a second factor, which Basic cannot carry', async () => {
    const user = {
      name: 'Di',
      username: 'di',
      password: 'secret-di',
      roles: ['admin'],
      email: 'di@example.org',
    };
    await admin.post('users.create', user);
    expect((await as('di@example.org', 'secret-di')('visitors')).status).toBe(200);
    await service.db
      .collection('users')
      .updateOne(
        { username: 'di' },
        { $set: { 'services.totp': { enabled: true, secret: 'JBSWY3DPEHPK3PXP' } } },
      );
    expect((await as('di@example.org', 'secret-di')('visitors')).text).toBe(badCredentials);
  });

  it('counts wrong passwords as failed logins, and blocks after too many', async () => {
    const user = {
      name: 'Eve',
      username: 'eve',
      password: 'secret-eve',
      roles: ['admin'],
      email: 'eve@example.org',
    };
    await admin.post('users.create', user);
    for (let attempt = 0; attempt < 10; attempt += 1)
      expect((await as('eve@example.org', `wrong ${attempt}`)('visitors')).status).toBe(401);
    expect((await as('eve@example.org', 'secret-eve')('visitors')).text).toBe(badCredentials);
  });
});

it('REVE Chat tells when an address calls too often', () =>
  withTestService({ TEST_MODE: '', OVERWRITE_SETTING_Foyer_Reve_Chat_Calls: '3' }, async ({ app }) => {
    for (const path of lists) {
      const get = reveChatClient(() => app);
      for (const target of [path, `${path}/9`]) {
        for (let call = 0; call < 3; call += 1) expect((await get(target)).status).not.toBe(429);
        const answer = await get(target);
        expect(reveError(answer)).toMatch(
          /^429 More than 3 requests in a minute\. Please wait \d+ seconds\.$/,
        );
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      }
    }
  }));
