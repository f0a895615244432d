import {
  type Agent,
  inquiryOf,
  insertAgent,
  manualSelection,
  startChat,
  storedRoom,
} from '../../../support/conversations.ts';
import { methodCaller } from '../../../support/method-calls.ts';
import { useService } from '../../../support/use-service.ts';
import { collection, unique } from '../../../support/visitors.ts';

/** Agents' clients of Rocket.Chat up to 7.x call these; from 8.0 on they call endpoints. */
describe('a chat in the hands of an earlier client', () => {
  const { service, anyone, admin, outsider } = useService(manualSelection);
  let ann: Agent;
  beforeAll(async () => {
    ann = await insertAgent(service, { roles: ['user', 'livechat-agent', 'livechat-manager'] });
  });

  it('is taken, put back, taken again and closed', async () => {
    const { rid } = await startChat(anyone);
    const call = methodCaller(ann.api);
    const inquiry = await inquiryOf(ann.api, rid);
    expect(await call('livechat:returnAsInquiry', rid)).toMatchObject({ status: 200, result: false });
    expect(await call('livechat:takeInquiry', inquiry._id, { clientAction: true })).toMatchObject({
      status: 200,
      success: true,
    });
    expect((await storedRoom(service.db, rid)).servedBy?._id).toBe(ann._id);
    expect(await call('livechat:takeInquiry', inquiry._id)).toMatchObject({
      error: { error: 'error-inquiry-taken', details: { method: 'livechat:takeInquiry' } },
    });
    expect(await call('livechat:returnAsInquiry', rid)).toMatchObject({ status: 200, result: true });
    expect(await inquiryOf(ann.api, rid)).toMatchObject({ status: 'queued' });

    await call('livechat:takeInquiry', inquiry._id);
    const requestData = { email: 'ann@example.org', subject: 'Your chat', requestedBy: { _id: ann._id } };
    const emailTranscript = { sendToVisitor: true, requestData };
    await call('livechat:closeRoom', rid, 'All done', {
      ...{ clientAction: true, tags: ['solved'], emailTranscript },
    });
    expect(await storedRoom(service.db, rid)).toMatchObject({
      ...{ closedBy: { _id: ann._id }, closer: 'user', tags: ['solved'] },
    });
    const closing = await collection(service.db, 'message').findOne({ rid, t: 'livechat-close' });
    expect(closing).toMatchObject({ msg: 'All done', transcriptRequested: true });
    for (const method of ['livechat:closeRoom', 'livechat:returnAsInquiry'])
      expect(await call(method, rid)).toMatchObject({ status: 200, error: { error: 'room-closed' } });
  });

  it('is not for those who may not, and says which room there is none of', async () => {
    const { rid } = await startChat(anyone);
    for (const method of ['livechat:closeRoom', 'livechat:returnAsInquiry', 'livechat:takeInquiry'])
      expect(await methodCaller(outsider)(method, rid)).toMatchObject({
        status: 200,
        error: { error: 'error-not-allowed', details: { method } },
      });
    const call = methodCaller(ann.api);
    for (const method of ['livechat:closeRoom', 'livechat:returnAsInquiry'])
      expect(await call(method, 'GENERAL')).toMatchObject({
        error: { error: 'error-invalid-room', reason: 'Invalid room', details: { method } },
      });
    expect(await call('livechat:takeInquiry', 'nowhere')).toMatchObject({
      error: { error: 'error-not-found' },
    });
    expect((await storedRoom(service.db, rid)).open).toBe(true);
  });

  it('goes to a department that the client has created and changed', async () => {
    const call = methodCaller(admin);
    const given = {
      ...{ name: unique('sales'), email: 'sales@example.org', enabled: true },
      ...{ showOnRegistration: true, showOnOfflineForm: true, description: 'Sells' },
    };
    const agents = [{ agentId: ann._id, username: ann.username, count: 2 }];
    const { result: created } = await call('livechat:saveDepartment', '', given, agents);
    expect(created).toMatchObject({ ...given, numAgents: 1 });
    const bob = await insertAgent(service);
    const { result: changed } = await call(
      'livechat:saveDepartment',
      created._id,
      { ...given, description: 'Sells more' },
      [{ agentId: bob._id }],
      { _id: 'unit' },
    );
    expect(changed).toMatchObject({ _id: created._id, description: 'Sells more', numAgents: 2 });
    expect(await call('livechat:saveDepartment', 'nowhere', given)).toMatchObject({
      status: 200,
      error: { error: 'error-department-not-found' },
    });
    expect(await methodCaller(ann.api)('livechat:saveDepartment', null, { $ne: 1 })).toMatchObject({
      error: { error: 'error-invalid-params' },
    });
    expect(await methodCaller(outsider)('livechat:saveDepartment', null, given)).toMatchObject({
      error: { error: 'error-not-allowed' },
    });
  });
});

describe('a trigger that an earlier client saves', () => {
  const { admin, outsider } = useService();
  const saved = async () => (await admin.get('livechat/triggers')).body.triggers[0];

  it('has a condition by any name, and is changed by its id', async () => {
    const call = methodCaller(admin);
    const trigger = {
      ...{ name: 'Hello', description: 'Greets', enabled: true, runOnce: false },
      conditions: [{ name: 'full-moon', value: 27 }],
      actions: [{ name: 'send-message', params: { sender: 'custom', msg: 'Hi', name: 'Ann' } }],
    };
    expect(await call('livechat:saveTrigger', trigger)).toMatchObject({ status: 200, result: true });
    const conditions = [{ name: 'full-moon', value: '27' }];
    expect(await saved()).toMatchObject({ ...trigger, conditions });
    const { _id } = await saved();
    await call('livechat:saveTrigger', { ...trigger, _id, enabled: false });
    expect(await saved()).toMatchObject({ _id, enabled: false });
    expect(await call('livechat:saveTrigger', { ...trigger, _id: 'nowhere' })).toMatchObject({
      status: 200,
      error: { reason: 'Trigger not found' },
    });
    expect(await methodCaller(outsider)('livechat:saveTrigger', trigger)).toMatchObject({
      error: { error: 'error-not-allowed' },
    });
  });
});
