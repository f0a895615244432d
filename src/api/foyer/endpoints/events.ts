import {
  awaitChanges,
  type ChangeCursor,
  changesFromNow,
  type ReadChangesDeps,
} from '../../../domain/conversation/read-changes.ts';
import type { Caller } from '../../../http/endpoint.ts';
import { userOf } from '../../../http/user-of.ts';
import { cursorIn, textOfCursor } from '../change-cursor.ts';
import { endpoint } from '../endpoint.ts';
import { EventStream } from '../event-stream.ts';
import { validated } from '../input.ts';
import { presentChange } from '../present-change.ts';

/** More often than proxies and the service itself close connections on which nothing moves. */
const stillThereMs = 15_000;
/** After this, clients connect again and go on where they were, so that nobody listens for longer than they may. */
const longestMs = 10 * 60_000;

/** `GET events`: what changes from now on, or from `Last-Event-ID` on, as server-sent events. */
export const events = (deps: ReadChangesDeps) =>
  endpoint({
    operationId: 'foyer-events',
    method: 'get',
    path: '/events',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: validated(),
    handle: async (_, caller) => {
      const last = caller.header('last-event-id');
      const from = last ? cursorIn(last, { in: 'header', field: 'Last-Event-ID' }) : changesFromNow(deps);
      return new EventStream(eventsFrom(deps, from, caller));
    },
  });

async function* eventsFrom(
  deps: ReadChangesDeps,
  start: ChangeCursor,
  caller: Caller,
): AsyncGenerator<string> {
  const follower = { kind: 'user', user: userOf(caller) } as const;
  const { network, signal } = caller;
  const endsAt = performance.now() + longestMs;
  let from = start;
  yield `retry: 3000\nid: ${textOfCursor(from)}\n\n`;
  while (performance.now() < endsAt && (await mayListen(deps, caller))) {
    const taken = new AbortController();
    const { changes, next } = await awaitChanges(deps, follower, from, {
      waitMs: stillThereMs,
      network,
      signal: AbortSignal.any([signal, taken.signal]),
    });
    if (signal.aborted || deps.changeSignal.isStopped) return;
    // The place comes with the last one: whoever loses the connection before it gets all of them again.
    const told = changes.map((each) => `event: ${each.kind}\ndata: ${JSON.stringify(presentChange(each))}\n`);
    yield `${told.join('\n')}id: ${textOfCursor(next)}\n\n`;
    taken.abort();
    from = next;
  }
}

/** Whether the caller is still logged in, and still may see visitors. */
async function mayListen({ access }: ReadChangesDeps, { header }: Caller): Promise<boolean> {
  const holder = await access.findByToken(header('x-user-id') ?? '', header('x-auth-token') ?? '');
  return holder !== null && access.hasPermission(holder.user, 'view-l-room');
}
