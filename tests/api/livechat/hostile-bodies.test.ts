import { type LiveChatClient, liveChatClient } from '../../support/livechat.ts';
import { adminUsername } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';

const { service, admin } = useService();
let client: LiveChatClient;
beforeAll(async () => {
  const { token } = (await admin.post('users.generatePersonalAccessToken', { tokenName: 'crm' })).body;
  client = liveChatClient(() => service.app, adminUsername, token);
});

const deep = (open: string, close: string) => `${open.repeat(1_000)}1${close.repeat(1_000)}`;
const form = (count: number) => Array.from({ length: count }, (_, n) => `field${n}=1`).join('&');

describe.each(['/visitors/S1.0000000000/details', '/webhooks', '/goals/1/mark_as_successful'])(
  'POST %s refuses',
  (path) => {
    it.each([
      ['a form nested a thousand deep', `fields${'[a]'.repeat(1_000)}=1`],
      ['lists nested a thousand deep', `fields${'[0]'.repeat(1_000)}=1`],
      ['brackets that never close', `fields${'['.repeat(1_000)}=1`],
      ['ten thousand fields', form(10_000)],
      ['a list with an index that is too great', 'fields[999999999][name]=x'],
      ['the name of what every object has', '__proto__[token]=x&constructor[prototype][token]=x'],
    ])('%s', async (_what, body) => {
      const { status, body: answer } = await client.post(path, body);
      expect([status, typeof (answer.errors ?? answer.error)]).toEqual([400, 'object']);
    });

    it.each([
      ['objects nested a thousand deep', `{"fields":${deep('{"a":', '}')}}`],
      ['lists nested a thousand deep', `{"fields":${deep('[', ']')}}`],
      ['half of an object', '{"fields":[{'],
      ['a list', '[1]'],
    ])('JSON with %s', async (_what, body) => {
      const { status } = await client.post(path, body, { 'Content-Type': 'application/json' });
      expect(status).toBe(400);
    });
  },
);
