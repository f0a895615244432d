import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an event tells, as far as stories ask. */
export interface EventBody {
  readonly event_type?: string;
  readonly token?: string;
  readonly chat?: { readonly id: string };
  readonly ticket?: object;
  /** The room's, of an event of Rocket.Chat's, and its type. */
  readonly _id?: string;
  readonly type?: string;
  readonly messages?: readonly { readonly msg: string }[];
  readonly agent?: object;
  readonly oldServedBy?: object;
  readonly oldDepartmentId?: string;
}

export interface ReceivedEvent {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: EventBody;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly events: readonly ReceivedEvent[];
  /** How it answers from now on. */
  answerWith(status: number, location?: string): void;
  /** What it says from now on, when it answers. */
  say(text: string): void;
  /** From now on it takes requests and answers none. */
  hang(): void;
  stop(): Promise<void>;
}

/** A program that is told of events. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const events: ReceivedEvent[] = [];
  let answer: { status: number; location?: string } | 'none' = { status: 200 };
  let said = '';
  const server = createServer(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += chunk;
    events.push({ path: req.url ?? '', headers: req.headers, body: JSON.parse(text) });
    if (answer === 'none') return;
    res.writeHead(answer.status, answer.location ? { Location: answer.location } : {}).end(said);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    answerWith(status, location) {
      answer = { status, ...(location && { location }) };
    },
    say(text) {
      said = text;
    },
    hang() {
      answer = 'none';
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
