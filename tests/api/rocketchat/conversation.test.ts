import type { Response } from 'supertest';
import { logIn } from '../../support/accounts.ts';
import { type ApiClient, apiClient } from '../../support/client.ts';
import { manualSelection } from '../../support/conversations.ts';
import { adminUsername, startTestService, type TestService } from '../../support/service.ts';

/** Each step is one a site and its agents take; together they call every operation of the API with success. */
describe('a conversation from the first page view to the end', () => {
  let service: TestService;
  let visitor: ApiClient;
  let admin: ApiClient;
  let agentId: string;
  let visitorId: string;
  let rid: string;
  let messageId: string;
  const token = 'visitor-token';
  beforeAll(async () => {
    service = await startTestService(manualSelection);
    visitor = apiClient(service.app);
    const credentials = await logIn(service.app);
    admin = visitor.as(credentials);
    agentId = credentials.userId;
  });
  afterAll(() => service.stop());

  const succeeds = async (answering: ReturnType<ApiClient['get']>): Promise<Response['body']> => {
    const { status, body } = await answering;
    expect({ status, body }).toMatchObject({ status: 200, body: expect.any(Object) });
    return body;
  };

  it('the site is set up with custom fields, agents, a manager and a department', async () => {
    const field = {
      field: 'address',
      label: 'Address',
      scope: 'visitor',
      visibility: 'visible',
      searchable: true,
    };
    await succeeds(
      admin.post('livechat/custom-fields.save', { customFieldId: null, customFieldData: field }),
    );
    expect((await succeeds(admin.get('livechat/custom-fields'))).total).toBe(1);
    expect((await succeeds(admin.get('livechat/custom-fields/address'))).customField).toMatchObject({
      label: 'Address',
    });
    for (const role of ['agent', 'manager']) {
      await succeeds(admin.post(`livechat/users/${role}`, { username: adminUsername }));
      expect((await succeeds(admin.get(`livechat/users/${role}`))).total).toBe(1);
      expect((await succeeds(admin.get(`livechat/users/${role}/${agentId}`))).user).toMatchObject({
        _id: agentId,
      });
    }
    const department = {
      name: 'Sales',
      email: 's@x.io',
      enabled: true,
      showOnRegistration: true,
      showOnOfflineForm: true,
    };
    await succeeds(admin.post('livechat/department', { department, agents: [{ agentId }] }));
    expect((await succeeds(admin.get('livechat/department'))).total).toBe(1);
  });

  it('an agent becomes available', async () => {
    await succeeds(admin.post('users.setStatus', { message: '', status: 'online' }));
    expect(await succeeds(admin.post('livechat/agent.status', { status: 'available' }))).toEqual({
      status: 'available',
      success: true,
    });
    expect((await succeeds(admin.get('me'))).statusLivechat).toBe('available');
  });

  it('somebody looks at a page, and says who they are', async () => {
    const location = { href: 'https://shop.example/cart' };
    await succeeds(
      visitor.post('livechat/page.visited', { token, pageInfo: { change: 'url', title: 'Cart', location } }),
    );
    const who = { token, name: 'Vi Sitor', email: 'vi@example.org', phone: '555' };
    visitorId = String((await succeeds(visitor.post('livechat/visitor', { visitor: who }))).visitor._id);
    await succeeds(
      visitor.post('livechat/custom.field', { token, key: 'address', value: 'A street', overwrite: true }),
    );
    const customFields = [{ key: 'address', value: 'B street', overwrite: true }];
    await succeeds(visitor.post('livechat/custom.fields', { token, customFields }));
    expect((await succeeds(visitor.get(`livechat/visitor/${token}`))).visitor).toMatchObject({
      _id: visitorId,
      livechatData: { address: 'B street' },
    });
  });

  it('they ask for a room, write a message, and correct it', async () => {
    const { room, newRoom } = await succeeds(visitor.get('livechat/room', { token }));
    rid = String(room._id);
    expect(newRoom).toBe(true);
    await succeeds(visitor.post('livechat/visitor.status', { token, status: 'away' }));
    const { message } = await succeeds(visitor.post('livechat/message', { token, rid, msg: 'Hello' }));
    messageId = String(message._id);
    await succeeds(visitor.put(`livechat/message/${messageId}`, { token, rid, msg: 'Hello there' }));
    expect(
      (await succeeds(visitor.get(`livechat/message/${messageId}`, { token, rid }))).message,
    ).toMatchObject({
      msg: 'Hello there',
      editedBy: { _id: visitorId },
    });
    const { message: slip } = await succeeds(visitor.post('livechat/message', { token, rid, msg: 'oops' }));
    await succeeds(visitor.delete(`livechat/message/${slip._id}`, { token, rid }));
  });

  it('the agent takes the chat and answers', async () => {
    expect((await succeeds(admin.get('livechat/inquiries.list'))).inquiries).toHaveLength(1);
    const { inquiry } = await succeeds(admin.get('livechat/inquiries.getOne', { roomId: rid }));
    await succeeds(admin.post('livechat/inquiries.take', { inquiryId: inquiry._id, userId: agentId }));
    await succeeds(admin.post('chat.sendMessage', { message: { rid, msg: 'Good day' } }));
    const call = { msg: 'method', id: '1', method: 'sendMessage', params: [{ rid, msg: 'What is it?' }] };
    await succeeds(admin.post('method.call/sendMessage', { message: JSON.stringify(call) }));
    const { messages } = await succeeds(visitor.get(`livechat/messages.history/${rid}`, { token }));
    const said = messages.map(({ msg }: { msg: string }) => msg);
    expect(said).toEqual(expect.arrayContaining(['What is it?', 'Good day', 'Hello there']));
    expect((await succeeds(admin.get(`livechat/${rid}/messages`))).total).toBe(3);
  });

  it('they are found by every kind of search', async () => {
    const paging = { count: 10, offset: 0, sort: '{"ts":-1}' };
    for (const term of ['vi@example.org', '555', 'sito', 'street']) {
      expect((await succeeds(admin.get('livechat/visitors.search', { ...paging, term }))).total).toBe(1);
    }
    expect(
      (await succeeds(admin.get('livechat/visitors.autocomplete', { selector: '{"term":"Vi"}' }))).items,
    ).toHaveLength(1);
    for (const path of ['livechat/visitors.info', 'livechat/visitor.info']) {
      expect((await succeeds(admin.get(path, { visitorId }))).visitor).toMatchObject({
        _id: visitorId,
        token,
      });
    }
    for (const query of [{ email: 'vi@example.org' }, { phone: '555' }, { custom: '{"address":"street"}' }]) {
      expect((await succeeds(admin.get('omnichannel/contact.search', query))).contact).toMatchObject({
        _id: visitorId,
      });
    }
    expect(
      (await succeeds(admin.get('omnichannel/contact', { contactId: visitorId }))).contact,
    ).toMatchObject({ _id: visitorId });
    expect(await succeeds(admin.post('omnichannel/contact', { token, name: 'Vi Sitor II' }))).toMatchObject({
      contact: visitorId,
    });
  });

  it('and so are their rooms and pages', async () => {
    expect((await succeeds(admin.get(`livechat/visitor/${token}/room`))).rooms).toHaveLength(1);
    expect((await succeeds(admin.get('livechat/rooms', { count: 5 }))).total).toBe(1);
    const ofVisitor = `room/${rid}/visitor/${visitorId}`;
    expect((await succeeds(admin.get(`livechat/visitors.chatHistory/${ofVisitor}`))).total).toBe(1);
    expect(
      (await succeeds(admin.get(`livechat/visitors.searchChats/${ofVisitor}`, { searchText: 'Good' }))).total,
    ).toBe(1);
    const byPath = await succeeds(admin.get(`livechat/visitors.pagesVisited/${rid}`));
    const byQuery = await succeeds(admin.get('livechat/visitors.pagesVisited', { roomId: rid }));
    expect(byPath.pages).toMatchObject([{ msg: 'Cart - https://shop.example/cart', rid }]);
    expect(byQuery).toEqual(byPath);
  });

  it('each side closes a conversation, and the visitor is deleted', async () => {
    await succeeds(admin.post('livechat/room.closeByUser', { rid, comment: 'Solved' }));
    const next = String((await succeeds(visitor.get('livechat/room', { token }))).room._id);
    expect(next).not.toBe(rid);
    expect(await succeeds(visitor.post('livechat/room.close', { token, rid: next }))).toMatchObject({
      rid: next,
      comment: 'Closed by visitor',
    });
    expect((await succeeds(visitor.delete(`livechat/visitor/${token}`))).visitor).toMatchObject({
      _id: visitorId,
    });
    expect((await visitor.get(`livechat/visitor/${token}`)).body.error).toBe('[invalid-token]');
  });

  it('the site changes hands', async () => {
    await succeeds(admin.post('livechat/custom-fields.delete', { customFieldId: 'address' }));
    for (const role of ['agent', 'manager'])
      await succeeds(admin.delete(`livechat/users/${role}/${agentId}`));
    await succeeds(admin.post('settings/Livechat_enabled', { value: false }));
    expect((await succeeds(admin.get('settings/Livechat_enabled'))).value).toBe(false);
    const permissions = [{ _id: 'view-l-room', roles: ['admin'] }];
    await succeeds(admin.post('permissions.update', { permissions }));
    const user = { name: 'Bo', username: 'bo', email: 'bo@example.org', password: 'secret', roles: ['user'] };
    await succeeds(admin.post('users.create', user));
    const bo = await logIn(service.app, 'bo', 'secret');
    expect(await succeeds(visitor.as(bo).post('logout'))).toMatchObject({ status: 'success' });
    expect((await visitor.as(bo).get('me')).status).toBe(401);
    await succeeds(admin.get('logout'));
  });
});
