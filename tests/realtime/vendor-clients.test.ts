import { DDPSDK } from '@rocket.chat/ddp-client';
import { WebSocket } from 'ws';
import { insertAgent, transcriptOf } from '../support/conversations.ts';
import { eventually } from '../support/eventually.ts';
import { adminUsername } from '../support/service.ts';
import { useListeningService } from '../support/use-listening-service.ts';
import { sha256Hex } from '../support/users.ts';
import { startVisitorSdk, type Text } from '../support/visitor-sdk.ts';

const server = useListeningService();

// The agents' client is made for browsers, and for Node from version 22 on.
beforeAll(() => Object.assign(globalThis, { WebSocket }));

const startVisitor = () => startVisitorSdk(server.listening);

/** An agent by Rocket.Chat's own client, who is logged in. */
async function startAgent(): Promise<DDPSDK> {
  const agent = await DDPSDK.createAndConnect(`ws://127.0.0.1:${server.listening.port}`);
  await agent.account.loginWithPassword(adminUsername, sha256Hex(adminUsername));
  return agent;
}

describe("Rocket.Chat's own clients", () => {
  beforeAll(() => insertAgent(server.service));

  it('hold a conversation: the SDK as the visitor, the DDP client as the agent', async () => {
    const { visitor, rid, username } = await startVisitor();
    const agent = await startAgent();
    const visitorHears: string[] = [];
    const agentHears: string[] = [];
    const typists: string[] = [];
    const deleted: unknown[] = [];

    await visitor.subscribeRoom(rid);
    await visitor.onMessage(({ msg, ts }) => {
      expect(ts).toBeInstanceOf(Date);
      visitorHears.push(msg);
    });
    await visitor.onTyping((name, isTyping) => typists.push(`${name} ${isTyping}`));
    await agent.stream('room-messages', rid, (message) => agentHears.push((message as Text).msg)).ready();
    const activity = agent.stream('notify-room', `${rid}/user-activity`, (name, activities) =>
      typists.push(`${name} ${activities}`),
    );
    await activity.ready();
    await agent.stream('notify-room', `${rid}/deleteMessage`, (message) => deleted.push(message)).ready();

    const { message } = await visitor.sendMessage({ rid, msg: 'Hello' });
    await agent.call('sendMessage', { rid, msg: 'Hi Vera' });
    await eventually(() => expect(visitorHears).toEqual(['Hello', 'Hi Vera']));
    await eventually(() => expect(agentHears).toEqual(['Hello', 'Hi Vera']));

    await visitor.notifyVisitorTyping(rid, 'Vera', true);
    await eventually(() => expect(typists).toEqual([`${username} user-typing`]));
    await agent.call('stream-notify-room', `${rid}/user-activity`, adminUsername, ['user-typing'], {});
    await eventually(() => expect(typists).toContain(`${adminUsername} true`));

    await visitor.deleteMessage(message._id, { rid });
    await eventually(() => expect(deleted).toEqual([{ _id: message._id }]));
    expect((await visitor.loadMessages(rid)).map(({ msg }) => msg)).toContain('Hi Vera');
    await visitor.closeChat({ rid });
    await eventually(() => expect(visitorHears).toContain('Closed by visitor'));
    expect(await transcriptOf(server.service.db, rid)).toContain('Hi Vera');
    await visitor.disconnect();
    agent.connection.close();
  });

  it('come back by themselves, with their login and what they had subscribed to, after the socket was cut', async () => {
    const { visitor, rid } = await startVisitor();
    const agent = await startAgent();
    const heard: string[] = [];
    await agent.stream('room-messages', rid, (message) => heard.push((message as Text).msg)).ready();
    const { token } = agent.account.user ?? {};
    agent.connection.close();
    await agent.connection.connect();
    await eventually(() => expect(agent.account.user?.token).toBe(token));
    await eventually(async () => {
      await visitor.sendMessage({ rid, msg: 'Again' });
      expect(heard).toContain('Again');
    });
    await visitor.disconnect();
    agent.connection.close();
  });

  it('are told why a login is refused', async () => {
    const agent = await DDPSDK.createAndConnect(`ws://127.0.0.1:${server.listening.port}`);
    await expect(agent.account.loginWithPassword(adminUsername, 'wrong')).rejects.toMatchObject({
      error: 403,
      reason: 'Incorrect password',
    });
    agent.connection.close();
  });
});
