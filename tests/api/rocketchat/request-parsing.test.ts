import request from 'supertest';
import { checked } from '../../support/client.ts';
import { useService } from '../../support/use-service.ts';
import { unique } from '../../support/visitors.ts';

const { service, anyone } = useService();

const sendForm = (path: string, form: string) =>
  checked(request(service.app).post(`/api/v1/${path}`).type('form').send(form));

describe('a form', () => {
  it('is read as an object of its fields', async () => {
    const { body } = await sendForm('livechat/message', 'token=nobody&rid=r&msg=Hello+there');
    expect(body.error).toBe('invalid-token');
  });

  it('has each field once; if one is repeated, the last counts', async () => {
    const { body } = await sendForm('login', `user=${unique('nobody')}&password=a&user=b%40x.io&password=c`);
    expect(body.message).toBe('Unauthorized');
  });

  it('treats brackets as part of the name', async () => {
    const { body } = await sendForm('livechat/message', 'token[$ne]=x&rid=r&msg=m');
    expect(body.error).toBe("must have required property 'token' [invalid-params]");
  });
});

describe('a query', () => {
  const items = (count: number) => Array.from({ length: count }, (_, i) => `a${i}`);

  it('may contain a list of 500 items', async () => {
    const { body } = await anyone.get('livechat/room', { 'token[]': items(500) });
    expect(body.error).toBe('Match error: Expected string, got object in field token');
  });

  it('is refused altogether if it has too many parameters', async () => {
    const rest = Object.fromEntries(items(1000).map((name) => [name, '']));
    const answer = await anyone.get('livechat/room', { token: 'nobody', ...rest });
    expect([answer.status, answer.body.error]).toEqual([400, 'Invalid query parameters']);
  });
});
