import livechatClient from '@rocket.chat/sdk/lib/clients/Livechat.js';
import { unique } from './visitors.ts';

export interface Text {
  readonly msg: string;
}

/** What the SDK can do, as far as the stories need it; its own types ask for more than it does. */
export interface VisitorSdk {
  credentials: { readonly token: string };
  connect(options: object): Promise<unknown>;
  grantVisitor(given: object): Promise<{ readonly username: string }>;
  room(): Promise<{ readonly _id: string }>;
  subscribeRoom(rid: string): Promise<unknown>;
  onMessage(listener: (message: Text & { readonly ts: unknown }) => void): Promise<unknown>;
  onTyping(listener: (username: string, isTyping: boolean) => void): Promise<unknown>;
  onStreamData(event: 'close', listener: () => void): Promise<unknown>;
  sendMessage(message: { readonly rid: string; readonly msg: string }): Promise<{ message: { _id: string } }>;
  deleteMessage(id: string, room: { readonly rid: string }): Promise<unknown>;
  loadMessages(rid: string, options?: { readonly limit: number }): Promise<readonly Text[]>;
  notifyVisitorTyping(rid: string, username: string, isTyping: boolean): Promise<unknown>;
  closeChat(room: { readonly rid: string }): Promise<unknown>;
  disconnect(): Promise<unknown>;
}

const say = () => undefined;
const quiet = { debug: say, info: say, warn: say, warning: say, error: say };

/** A visitor with a room, by Rocket.Chat's own SDK, as the widget contains it. */
export async function startVisitorSdk({ port }: { readonly port: number }) {
  const host = `http://127.0.0.1:${port}`;
  const client: unknown = new livechatClient.default({ host, protocol: 'ddp', logger: quiet });
  const visitor = client as VisitorSdk;
  const token = unique('token');
  visitor.credentials = { token };
  await visitor.connect({});
  const { username } = await visitor.grantVisitor({ visitor: { token, name: 'Vera' } });
  return { visitor, username, rid: (await visitor.room())._id };
}
