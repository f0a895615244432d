import type { ApiClient } from '../../support/client.ts';
import {
  type Agent,
  insertAgent,
  say,
  startChat,
  storedRoom,
  transcriptOf,
  withSetting,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, unique } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService();

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

/** A room in which the agent has said something. */
async function answered() {
  const chat = await startChat(anyone);
  const message = { rid: chat.rid, msg: 'On Sunday' };
  const { body } = await agent.api.post('chat.sendMessage', { message });
  return { ...chat, msgId: String(body.message._id) };
}

const update = async (api: ApiClient, roomId: string, msgId: string, text = 'On Monday') => {
  const { status, body } = await api.post('chat.update', { roomId, msgId, text });
  return { ...body, status };
};
const remove = async (api: ApiClient, roomId: string, msgId: string) => {
  const { status, body } = await api.post('chat.delete', { roomId, msgId });
  return { ...body, status };
};
const stored = (_id: string) => collection(service.db, 'message').findOne({ _id });
/** As if it had been written an hour ago. */
const age = (_id: string) =>
  collection(service.db, 'message').updateOne({ _id }, { $set: { ts: new Date(Date.now() - 3_600_000) } });

describe('an agent changes what they said', () => {
  it('and everybody sees it', async () => {
    const { rid, token, msgId } = await answered();
    const editedBy = { _id: agent._id, username: agent.username };
    expect(await update(agent.api, rid, msgId)).toMatchObject({
      status: 200,
      message: { _id: msgId, msg: 'On Monday', editedBy, editedAt: expect.any(String) },
    });
    expect((await storedRoom(service.db, rid)).lastMessage).toMatchObject({ msg: 'On Monday', editedBy });
    const { messages } = (await anyone.get(`livechat/messages.history/${rid}`, { token })).body;
    expect(messages[0]).toMatchObject({ _id: msgId, msg: 'On Monday' });
  });

  it('but not what others said, unless they have edit-message', async () => {
    const { rid, token, msgId } = await answered();
    const question = await say(anyone, token, rid, 'When?');
    expect(await update(agent.api, rid, question._id)).toMatchObject({
      status: 400,
      error: 'Message editing not allowed [error-action-not-allowed]',
      details: { method: 'updateMessage', action: 'Message_editing' },
    });
    expect((await update(admin, rid, msgId)).status).toBe(200);
    expect((await update(outsider, rid, msgId)).errorType).toBe('error-action-not-allowed');
    expect((await update(anyone, rid, msgId)).status).toBe(401);
  });

  it('as long as the site allows it', async () => {
    const { rid, msgId } = await answered();
    await withSetting(admin, 'Message_AllowEditing', false, async () => {
      expect((await update(agent.api, rid, msgId)).errorType).toBe('error-action-not-allowed');
    });
    await age(msgId);
    await withSetting(admin, 'Message_AllowEditing_BlockEditInMinutes', 59, async () => {
      expect(await update(agent.api, rid, msgId)).toMatchObject({
        status: 400,
        error: 'Message editing is blocked [error-message-editing-blocked]',
        details: { method: 'updateMessage' },
      });
    });
    await withSetting(admin, 'Message_AllowEditing_BlockEditInMinutes', 61, async () => {
      expect((await update(agent.api, rid, msgId)).status).toBe(200);
    });
  });

  it('to nothing that is too long, or has custom fields', async () => {
    const { rid, msgId } = await answered();
    await withSetting(admin, 'Message_MaxAllowedSize', 5, async () => {
      expect((await update(agent.api, rid, msgId)).errorType).toBe('error-message-size-exceeded');
    });
    const given = { roomId: rid, msgId, text: 'On Monday', customFields: { priority: 'low' } };
    expect((await agent.api.post('chat.update', given)).body.error).toBe('Custom fields not enabled');
    expect((await stored(msgId))?.msg).toBe('On Sunday');
  });

  it('and nothing that the system wrote', async () => {
    const { rid } = await answered();
    const joined = await collection(service.db, 'message').findOne({ rid, t: 'uj' });
    expect((await update(admin, rid, String(joined?._id))).errorType).toBe('error-action-not-allowed');
  });
});

describe('an agent deletes what they said', () => {
  it('and the room counts and shows what is left', async () => {
    const { rid, token, msgId } = await answered();
    const { msgs = 0 } = await storedRoom(service.db, rid);
    await say(anyone, token, rid, 'When?');
    const last = (await agent.api.post('chat.sendMessage', { message: { rid, msg: 'Soon' } })).body.message;
    expect(await remove(agent.api, rid, last._id)).toEqual({
      ...{ status: 200, success: true, _id: last._id, ts: expect.stringMatching(/^\d{13}$/) },
      message: { _id: last._id, rid, u: last.u },
    });
    const room = await storedRoom(service.db, rid);
    expect(room).toMatchObject({ msgs: msgs + 1, lastMessage: { msg: 'When?' } });
    expect((await remove(agent.api, rid, last._id)).error).toBe(
      `No message found with the id of "${last._id}".`,
    );
    expect(await transcriptOf(service.db, rid)).toContain('On Sunday');
    expect((await remove(agent.api, rid, msgId)).status).toBe(200);
  });

  it('once, however many requests do it at once', async () => {
    const { rid, msgId } = await answered();
    const { msgs = 0 } = await storedRoom(service.db, rid);
    const answers = await Promise.all([1, 2, 3].map(() => remove(agent.api, rid, msgId)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await storedRoom(service.db, rid)).msgs).toBe(msgs - 1);
  });

  it('but not what others said, unless they have delete-message', async () => {
    const { rid, token } = await answered();
    const question = await say(anyone, token, rid, 'When?');
    expect(await remove(agent.api, rid, question._id)).toMatchObject({
      status: 400,
      error: 'Not allowed [error-action-not-allowed]',
      details: { method: 'deleteMessage', action: 'Delete_message' },
    });
    expect((await remove(anyone, rid, question._id)).status).toBe(401);
    expect((await remove(admin, rid, question._id)).status).toBe(200);
  });

  it('as long as the site allows it, or with force-delete-message', async () => {
    const { rid, msgId } = await answered();
    await age(msgId);
    await withSetting(admin, 'Message_AllowDeleting_BlockDeleteInMinutes', 59, async () => {
      expect((await remove(agent.api, rid, msgId)).errorType).toBe('error-action-not-allowed');
    });
    await withSetting(admin, 'Message_AllowDeleting', false, async () => {
      expect((await remove(agent.api, rid, msgId)).errorType).toBe('error-action-not-allowed');
      expect((await remove(admin, rid, msgId)).status).toBe(200);
    });
  });

  it('with the files that came with it, whoever deletes it', async () => {
    for (const byVisitor of [true, false]) {
      const { rid, token } = await startChat(anyone);
      const { _id } = await say(anyone, token, rid, 'My picture');
      const file = { _id: unique('file'), name: 'a.png', type: 'image/png' };
      await collection(service.db, 'message').updateOne({ _id }, { $set: { file, files: [file] } });
      const uploads = service.db.collection<{ _id: string }>('rocketchat_uploads');
      await uploads.insertOne({ _id: file._id });
      if (byVisitor) await anyone.delete(`livechat/message/${_id}`, { token, rid });
      else await remove(admin, rid, _id);
      expect(await uploads.findOne({ _id: file._id })).toBeNull();
    }
  });
});

describe('a message of another room', () => {
  it('is neither changed nor deleted', async () => {
    const [here, there] = [await answered(), await answered()];
    const error = 'The room id provided does not match where the message is from.';
    expect(await update(agent.api, here.rid, there.msgId)).toMatchObject({ status: 400, error });
    expect(await remove(agent.api, here.rid, there.msgId)).toMatchObject({ status: 400, error });
    expect((await stored(there.msgId))?.msg).toBe('On Sunday');
    expect((await update(agent.api, here.rid, 'nobodys')).error).toBe(
      'No message found with the id of "nobodys".',
    );
  });
});
