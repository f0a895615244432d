import { clientOf } from '../../../support/accounts.ts';
import type { ApiClient } from '../../../support/client.ts';
import { startTestService, type TestService } from '../../../support/service.ts';
import { collection } from '../../../support/visitors.ts';

const department = {
  name: 'n',
  email: 'e',
  enabled: true,
  showOnRegistration: true,
  showOnOfflineForm: true,
};
const field = { field: 'f', label: 'l', scope: 'visitor', visibility: 'visible' };
const transcriptEmail = { sendToVisitor: true };

/** What the schemas that Rocket.Chat 8.8.1 publishes say to each request: null where they accept it. */
describe('the requests that Rocket.Chat accepts', () => {
  let service: TestService;
  let admin: ApiClient;
  beforeAll(async () => {
    service = await startTestService();
    admin = await clientOf(service.app);
  });
  afterAll(() => service.stop());

  const unknownKey = 'must NOT have additional properties';
  const invalidOf = ({ body }: { body: { error: unknown; errorType?: string } }) =>
    body.errorType?.endsWith('invalid-params') ? String(body.error).replace(' [invalid-params]', '') : null;

  it.each([
    ['livechat/users/agent', 'onlyAvailable=x', 'must be boolean'],
    ['livechat/users/agent', 'onlyAvailable=true&showIdleAgents=false&fields=%7B%7D&query=%7B%7D', null],
    ['livechat/users/manager', 'onlyAvailable=true&excludeId=x&fields=%7B%7D', null],
    ['livechat/users/manager', 'text[]=x', 'must be string'],
    ['livechat/department', 'onlyMyDepartments=x', 'must be equal to one of the allowed values'],
    ['livechat/department', 'query=%7B%7D&enabled=false', null],
    ['livechat/rooms', 'open=x&onhold=&queued=null', null],
    ['livechat/rooms', 'departmentId=a&departmentId=b', null],
    ['livechat/rooms', 'departmentId[]=a&count[]=5', null],
    ['livechat/rooms', 'open[a]=b', 'must be string\n must be boolean\n must match a schema in anyOf'],
    ['livechat/rooms', 'roomName[]=a', 'must be string'],
  ])('answers GET %s?%s', async (path, query, invalid) => {
    expect(invalidOf(await admin.get(`${path}?${query}`))).toBe(invalid);
  });

  it.each([
    ['livechat/inquiries.take', { inquiryId: 'i', userId: null, options: { clientAction: true } }, null],
    [
      'livechat/inquiries.take',
      { inquiryId: 'i', options: {} },
      "must have required property 'clientAction'",
    ],
    ['livechat/room.closeByUser', { rid: 'r', tags: null, generateTranscriptPdf: null }, null],
    [
      'livechat/room.closeByUser',
      { rid: 'r', transcriptEmail: {} },
      "must have required property 'sendToVisitor'",
    ],
    [
      'livechat/room.closeByUser',
      { rid: 'r', transcriptEmail: { ...transcriptEmail, requestData: { email: 'e' } } },
      "must have required property 'subject'",
    ],
    ['livechat/room.closeByUser', { rid: 'r', transcriptEmail: { ...transcriptEmail, x: 1 } }, unknownKey],
    ['livechat/message', { token: 't', rid: 'r', msg: 'm', agent: null }, 'must be object'],
    ['livechat/agent.status', { agentId: null }, null],
    [
      'livechat/custom-fields.save',
      { customFieldData: { ...field, type: null, required: null, x: 1 } },
      null,
    ],
    ['livechat/department', { department: {} }, "must have required property 'name'"],
    ['livechat/department', { department, agents: [{ agentId: 'a', x: 1 }] }, unknownKey],
    ['livechat/department', { department, x: 1 }, unknownKey],
    [
      'livechat/department',
      {
        department: { ...department, chatClosingTags: null, description: null },
        departmentUnit: { _id: 'u' },
      },
      null,
    ],
    ['chat.sendMessage', { message: { rid: 'r', msg: null }, previewUrls: [] }, null],
    ['chat.sendMessage', { message: { rid: 'r' }, x: 1 }, unknownKey],
    ['method.call/sendMessage', { message: '{}', x: 1 }, unknownKey],
    ['users.create', { name: 'n', email: 'e', username: '?', password: 'p', bio: 'b', active: null }, null],
    ['users.create', { name: 'n', email: 'e', username: '?', password: 'p', x: 1 }, unknownKey],
  ])('answers POST %s with %j', async (path, body, invalid) => {
    expect(invalidOf(await admin.post(path, body))).toBe(invalid);
  });

  it('stores nothing for null', async () => {
    const answer = await admin.post('livechat/department', {
      department: {
        ...department,
        description: null,
        chatClosingTags: null,
        requestTagBeforeClosingChat: null,
      },
    });
    const { _id, _updatedAt, ...stored } = answer.body.department;
    expect(stored).toEqual({ ...department, numAgents: 0 });
    expect(await collection(service.db, 'livechat_department').findOne({ _id })).toMatchObject(stored);
  });

  it('finds the rooms of several departments', async () => {
    const room = (_id: string, departmentId: string) => ({
      ...{ _id, departmentId, t: 'l', ts: new Date(), lm: new Date(), fname: _id, msgs: 0, usersCount: 0 },
      ...{
        cl: false,
        open: true,
        v: { _id: 'v', token: `of-${_id}`, username: 'guest-9', status: 'online' },
      },
    });
    const rooms = [room('r1', 'd1'), room('r2', 'd2'), room('r3', 'd3')];
    await collection(service.db, 'room').insertMany(rooms);
    const answer = await admin.get('livechat/rooms?departmentId=d1&departmentId=d3');
    expect(answer.body.rooms.map(({ _id }: { _id: string }) => _id).sort()).toEqual(['r1', 'r3']);
    expect((await admin.get('livechat/rooms?departmentId[]=d2')).body.total).toBe(1);
  });
});
