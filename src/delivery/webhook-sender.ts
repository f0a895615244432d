import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { WebhookContent } from '../domain/deliveries/delivery.ts';
import type { AddressGuard } from './address-guard.ts';

/** A receiver that takes longer than this has failed, as in LiveChat. */
const timeoutMs = 10_000;
const mostRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
}

/**
 * Posts events to their receivers. Credentials in the address are sent as Basic. Only 200 is a success; redirects are
 * followed, each to an address that is checked like the first.
 */
export const createWebhookSender =
  (guard: AddressGuard) =>
  async ({ url, body }: WebhookContent, stopping: AbortSignal): Promise<void> => {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)]);
    let target = new URL(url);
    for (let followed = 0; followed <= mostRedirects; followed += 1) {
      const { status, location } = await post(guard, target, body, signal);
      if (status === 200) return;
      if (!redirects.has(status) || location === undefined)
        throw new Error(`the receiver answered ${status}`);
      target = new URL(location, target);
      if (!/^https?:$/.test(target.protocol))
        throw new Error('the receiver redirects to something else than HTTP');
    }
    throw new Error('the receiver redirects too often');
  };

function post(guard: AddressGuard, target: URL, body: string, signal: AbortSignal): Promise<Answer> {
  guard.checkHost(target.hostname);
  const send = target.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...basicHeader(target),
  };
  return new Promise((resolve, reject) => {
    // No agent: a connection that is kept would have been checked for another host.
    const sent = send(
      { ...addressOf(target), method: 'POST', headers, signal, lookup: guard.lookup, agent: false },
      (answer) => {
        resolve({ status: answer.statusCode ?? 0, location: answer.headers.location });
        // What the receiver says is of no interest, however long it is.
        answer.destroy();
      },
    );
    sent.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`the receiver cannot be reached: ${error.code ?? error.message}`)),
    );
    sent.end(body);
  });
}

const addressOf = ({ hostname, port, pathname, search }: URL) => ({
  hostname: hostname.replace(/^\[|\]$/g, ''),
  port: port || undefined,
  path: `${pathname}${search}`,
});

function basicHeader({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
