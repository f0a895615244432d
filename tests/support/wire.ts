import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkResponse } from './contract.ts';

/** A request exactly as it goes over the wire: nothing in the path is normalised, the body is bytes or a text. */
export interface WireRequest {
  readonly method: string;
  /** With the query, already encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Speaks HTTP with a service that listens, over connections that are kept. */
export interface Wire {
  /** @throws when no answer has come in twenty seconds. */
  send(request: WireRequest): Promise<WireAnswer>;
  /** As `send`, and holds the answer against openapi.yaml. */
  sendChecked(request: WireRequest): Promise<WireAnswer>;
  close(): void;
}

const catchUpTimeoutMs = 20_000;

export function openWire({ port }: Pick<AddressInfo, 'port'>): Wire {
  const agent = new Agent({ keepAlive: true });
  const send = ({ body, headers = {}, ...target }: WireRequest) =>
    new Promise<WireAnswer>((resolve, reject) => {
      const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
      const sent = request({ ...target, port, agent, headers: { ...length, ...headers } }, async (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        for await (const chunk of answer) text += chunk;
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
      });
      sent.setTimeout(catchUpTimeoutMs, () => sent.destroy(new Error(`no answer in ${catchUpTimeoutMs} ms`)));
      sent.on('error', reject);
      sent.end(body);
    });
  return {
    send,
    async sendChecked(sent) {
      const answer = await send(sent);
      const contentType = answer.headers['content-type'];
      checkResponse({
        method: sent.method,
        path: sent.path,
        status: answer.status,
        contentType,
        body: /^application\/(problem\+)?json(; charset=utf-8)?$/.test(String(contentType))
          ? JSON.parse(answer.text)
          : answer.text,
      });
      return answer;
    },
    close: () => agent.destroy(),
  };
}
