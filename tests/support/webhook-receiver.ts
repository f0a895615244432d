import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an event tells, as far as stories ask. */
export interface EventBody {
  readonly event_type?: string;
  readonly token?: string;
  readonly chat?: { readonly id: string };
  readonly ticket?: object;
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
  stop(): Promise<void>;
}

/** A program that is told of events. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const events: ReceivedEvent[] = [];
  let answer: { status: number; location?: string } = { status: 200 };
  const server = createServer(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += chunk;
    events.push({ path: req.url ?? '', headers: req.headers, body: JSON.parse(text) });
    res.writeHead(answer.status, answer.location ? { Location: answer.location } : {}).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    answerWith(status, location) {
      answer = { status, ...(location && { location }) };
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
