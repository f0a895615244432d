import { reveChatClient } from '../../support/reve-chat.ts';
import { adminUsername } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';

describe("REVE Chat's agents", () => {
  const { service, admin } = useService();
  const get = reveChatClient(() => service.app);
  beforeAll(async () => {
    const people = [
      ['Bo Van Dam', 'bo', 'livechat-agent'],
      ['Al', 'al', 'livechat-agent'],
      ['Mia Smith', 'mia', 'livechat-manager'],
    ];
    for (const [name, username, role] of people)
      await admin.post('users.create', {
        ...{ name, username, email: `${username}@example.org`, password: 'secret', roles: [role] },
      });
  });

  it('are listed by role, the highest first, with the name in two parts', async () => {
    const { body } = await get('agents');
    expect(body.map(({ role, email }: { role: string; email: string }) => `${role} ${email}`)).toEqual([
      `Super Admin ${adminUsername}@rocket.chat`,
      'Admin mia@example.org',
      'Agent al@example.org',
      'Agent bo@example.org',
    ]);
    expect(body[3]).toMatchObject({ first_name: 'Bo', last_name: 'Van Dam', enabled: 1, status: 'Offline' });
    expect(body[2]).toMatchObject({ first_name: 'Al', last_name: '' });
  });

  it('keep their number for ever', async () => {
    const { body } = await get('agents');
    for (const agent of body) expect((await get(`agents/${agent.agent_id}`)).body).toEqual(agent);
    expect((await get('agents')).body).toEqual(body);
  });
});
