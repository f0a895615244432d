import { once } from 'node:events';
import { DDPSDK } from '@rocket.chat/ddp-client';
import { MongoClient } from 'mongodb';
import { WebSocket } from 'ws';
import { eventually } from '../support/eventually.ts';
import { startFrontDoor } from '../support/front-door.ts';
import { freshDatabaseUrl } from '../support/service.ts';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts';
import { sha256Hex } from '../support/users.ts';
import { startVisitorSdk, type Text, type VisitorSdk } from '../support/visitor-sdk.ts';

const admin = { ADMIN_USERNAME: 'ann', ADMIN_PASS: 'a good password' };

// The agents' client is made for browsers, and for Node from version 22 on.
beforeAll(() => Object.assign(globalThis, { WebSocket }));

async function startAgent({ port }: ServiceProcess): Promise<DDPSDK> {
  const agent = await DDPSDK.createAndConnect(`ws://127.0.0.1:${port}`);
  await agent.account.loginWithPassword(admin.ADMIN_USERNAME, sha256Hex(admin.ADMIN_PASS));
  return agent;
}

/** Watches a room as the widget does, which connects, subscribes and loads what it missed when it lost its socket. */
async function watchAsWidget(visitor: VisitorSdk, rid: string) {
  const seen = new Set<string>();
  const see = ({ msg }: Text) => seen.add(msg);
  let isWatching = true;
  const watch = async (): Promise<void> => {
    if (!isWatching) return;
    try {
      await visitor.connect({});
      await visitor.onStreamData('close', () => void watch());
      await visitor.subscribeRoom(rid);
      await visitor.onMessage(see);
      (await visitor.loadMessages(rid, { limit: 100 })).forEach(see);
    } catch {
      setTimeout(() => void watch(), 200);
    }
  };
  await watch();
  const stop = async () => {
    isWatching = false;
    await visitor.disconnect();
  };
  return { seen, stop };
}

/** Says something until it is acknowledged. */
async function sayUntilHeard(visitor: VisitorSdk, rid: string, msg: string): Promise<void> {
  await eventually(async () => {
    await visitor.sendMessage({ rid, msg });
  });
}

it('A visitor whose instance is killed goes on at another one, and nothing that was acknowledged is lost', async () => {
  const mongoUrl = freshDatabaseUrl();
  const [first, second] = [
    await startServiceProcess(mongoUrl, admin),
    await startServiceProcess(mongoUrl, admin),
  ];
  const door = await startFrontDoor([first, second]);
  const { visitor, rid } = await startVisitorSdk(door);
  const agent = await startAgent(second);
  const agentHears: string[] = [];
  await agent.stream('room-messages', rid, (message) => agentHears.push((message as Text).msg)).ready();
  const { seen, stop } = await watchAsWidget(visitor, rid);
  await agent.call('sendMessage', { rid, msg: 'before' });
  await eventually(() => expect(seen).toContain('before'));

  const texts = Array.from({ length: 20 }, (_, n) => `question ${n}`);
  for (const [n, text] of texts.entries()) {
    if (n === 10) first.child.kill('SIGKILL');
    await sayUntilHeard(visitor, rid, text);
  }
  await agent.call('sendMessage', { rid, msg: 'after' });

  await eventually(() => expect([...seen]).toEqual(expect.arrayContaining([...texts, 'after'])));
  await eventually(() => expect(agentHears).toEqual(expect.arrayContaining([...texts, 'after'])));
  await stop();
  agent.connection.close();
  second.child.kill('SIGKILL');
  await once(second.child, 'exit');
  await door.stop();
  const database = await new MongoClient(mongoUrl).connect();
  await database.db().dropDatabase();
  await database.close();
}, 120_000);
