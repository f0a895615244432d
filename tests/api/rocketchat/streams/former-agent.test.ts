import { clientOf } from '../../../support/accounts.ts';
import { insertAgent, manualSelection, say, startChat } from '../../../support/conversations.ts';
import { eventually } from '../../../support/eventually.ts';
import { useListeningService } from '../../../support/use-listening-service.ts';
import { storedTokenHash } from '../../../support/users.ts';
import { unique } from '../../../support/visitors.ts';

const server = useListeningService(manualSelection);

/** A user with these roles who is logged in on a socket. */
async function onSocket(...roles: string[]) {
  const resume = unique('resume');
  const services = { resume: { loginTokens: [{ hashedToken: storedTokenHash(resume), when: new Date() }] } };
  const user = await insertAgent(server.service, { services, roles });
  const client = await server.connect();
  await client.call('login', { resume });
  return { ...user, client };
}

it('who is no agent any more hears nothing of the rooms in which they still have a seat', async () => {
  const [agent, manager] = [
    await onSocket('user', 'livechat-agent'),
    await onSocket('user', 'livechat-manager'),
  ];
  const admin = await clientOf(server.service.app);
  const { rid, token } = await startChat(server.anyone);
  const { _id: inquiryId } = (await admin.get('livechat/inquiries.getOne', { roomId: rid })).body.inquiry;
  await admin.post('livechat/inquiries.take', { inquiryId, userId: agent._id });
  const messages = 'stream-room-messages';
  const { subscription } = await agent.client.subscribe(messages, rid, false);
  for (const event of [`${agent._id}/rooms-changed`, `${agent._id}/subscriptions-changed`])
    await agent.client.subscribe('stream-notify-user', event, false);
  await agent.client.subscribe(messages, '__my_messages__', false);
  await manager.client.subscribe(messages, rid, false);
  await admin.delete(`livechat/users/agent/${agent._id}`);
  await agent.client.message(({ msg, id }) => msg === 'nosub' && id === subscription);

  const heard = agent.client.received.length;
  await say(server.anyone, token, rid, 'for agents');
  const said = [expect.objectContaining({ msg: 'for agents' })];
  await eventually(() => expect(manager.client.events(messages, rid)).toContainEqual(said));
  await agent.client.call('sendMessage', { rid, msg: 'Still here?' });
  expect(agent.client.received.slice(heard).filter(({ msg }) => msg === 'changed')).toEqual([]);
});
