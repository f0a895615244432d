import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressGuard } from './address-guard.ts';

const mostRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface JsonPost {
  /** Credentials in it are sent as Basic. */
  readonly url: string;
  /** JSON. */
  readonly body: string;
  /** Sent to the address itself, and not to others that it redirects to. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How much of the answer to read, in bytes; nothing unless given. */
  readonly answerBytes?: number;
}

export interface JsonPostAnswer {
  readonly status: number;
  readonly text: string;
}

interface Answer extends JsonPostAnswer {
  readonly location: string | undefined;
}

/**
 * Posts JSON to a receiver. Redirects are followed, each to an address that is checked like the first.
 * @throws if the receiver cannot be reached, may not be, redirects too often, or the signal aborts.
 */
export async function postJson(
  guard: AddressGuard,
  post: JsonPost,
  signal: AbortSignal,
): Promise<JsonPostAnswer> {
  const first = new URL(post.url);
  let target = first;
  for (let followed = 0; followed <= mostRedirects; followed += 1) {
    const { status, location, text } = await send(
      guard,
      target,
      target.origin === first.origin ? post : withoutHeaders(post),
      signal,
    );
    if (!redirects.has(status) || location === undefined) return { status, text };
    target = new URL(location, target);
    if (!/^https?:$/.test(target.protocol))
      throw new Error('the receiver redirects to something else than HTTP');
  }
  throw new Error('the receiver redirects too often');
}

const withoutHeaders = ({ headers: _, ...post }: JsonPost): JsonPost => post;

function send(
  guard: AddressGuard,
  target: URL,
  { body, headers = {}, answerBytes = 0 }: JsonPost,
  signal: AbortSignal,
): Promise<Answer> {
  guard.checkHost(target.hostname);
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  const all = {
    ...headers,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...basicHeader(target),
  };
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      reject(new Error(`the receiver cannot be reached: ${error.code ?? error.message}`));
    // No agent: a connection that is kept would have been checked for another host.
    const sent = request(
      { ...addressOf(target), method: 'POST', headers: all, signal, lookup: guard.lookup, agent: false },
      (answer) => {
        const { statusCode: status = 0, headers: answered } = answer;
        readStart(answer, answerBytes).then(
          (text) => resolve({ status, location: answered.location, text }),
          fail,
        );
      },
    );
    sent.once('error', fail);
    sent.end(body);
  });
}

/** The beginning of an answer, however long it is. */
async function readStart(answer: IncomingMessage, bytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let left = bytes;
  if (left > 0)
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) break;
    }
  answer.destroy();
  return Buffer.concat(chunks).toString();
}

const addressOf = ({ hostname, port, pathname, search }: URL) => ({
  hostname: hostname.replace(/^\[|\]$/g, ''),
  port: port || undefined,
  path: `${pathname}${search}`,
});

function basicHeader({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const credentials = `${percentDecoded(username)}:${percentDecoded(password)}`;
  return { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** A password may contain a `%` that stands for itself. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
