import { query } from 'express-validator';
import {
  awaitChanges,
  type Change,
  type ChangeCursor,
  changesFromNow,
  type Follower,
  type ReadChangesDeps,
} from '../../../domain/conversation/read-changes.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import type { Caller } from '../../../http/endpoint.ts';
import { cursorOf, partsOfCursor } from '../cursor.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';
import { LateAnswer } from '../late-answer.ts';
import { Problem } from '../problem.ts';

interface Asked {
  readonly since?: string;
  readonly wait?: number;
  readonly token?: string;
}

/** Less than proxies and clients wait for an answer. */
const longestWaitSeconds = 25;

const accepted = validated<Asked>(
  query('since').optional().isString().bail().isLength({ max: maxLengths.word }),
  query('wait').optional().isString().bail().isInt({ min: 0, max: longestWaitSeconds }).toInt(),
  query('token').optional().isString().bail().isLength({ min: 1, max: maxLengths.token }),
);

/** `GET changes`: what has changed since a place, for users; with a visitor's token, what of that is theirs. */
export const changes = (deps: ReadChangesDeps) =>
  endpoint({
    operationId: 'foyer-changes',
    method: 'get',
    path: '/changes',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token = '' }) => token,
    handle: async ({ since, wait = 0, token }, caller) => {
      const follower = followerOf(deps, token, caller);
      const from = since === undefined ? changesFromNow(deps) : cursorIn(since);
      const waitMs = since === undefined ? 0 : wait * 1_000;
      const { network, signal } = caller;
      return new LateAnswer(async () => {
        const { changes, next, hasMore } = await awaitChanges(deps, follower, from, {
          ...{ waitMs, network, signal },
        });
        return { changes: changes.map(presentChange), next: textOf(next), hasMore };
      });
    },
  });

/** @throws {Problem} 401 if nobody calls, 403 if the user may not see visitors. */
function followerOf(
  { access }: Pick<ReadChangesDeps, 'access'>,
  token: string | undefined,
  { user }: Pick<Caller, 'user'>,
): Follower {
  if (token !== undefined) return { kind: 'visitor', token };
  if (user === undefined) throw new Problem(401, 'not-logged-in');
  if (access.hasPermission(user, 'view-l-room')) return { kind: 'user', user };
  throw new Problem(403, 'not-allowed', { detail: 'This needs view-l-room.' });
}

const presentChange = ({ kind, at, document, ...more }: Change): object => ({
  kind,
  at,
  ...('visitorId' in more && more.visitorId !== undefined ? { visitorId: more.visitorId } : {}),
  document,
});

const textOf = ({ visitors, messages }: ChangeCursor): string =>
  cursorOf(visitors.at.getTime(), visitors.id, messages.at.getTime(), messages.id);

/** @throws {Problem} 400 if the text is no cursor. */
function cursorIn(text: string): ChangeCursor {
  const [visitorsAt, visitorId, messagesAt, messageId] = partsOfCursor(text) ?? [];
  const [ofVisitors, ofMessages] = [place(visitorsAt, visitorId), place(messagesAt, messageId)];
  if (ofVisitors && ofMessages) return { visitors: ofVisitors, messages: ofMessages };
  const message = 'is not the next of an earlier answer';
  throw new Problem(400, 'invalid-input', { errors: [{ in: 'query', field: 'since', message }] });
}

function place(at: unknown, id: unknown): ChangeCursor['visitors'] | undefined {
  const isPlace = Number.isInteger(at) && Math.abs(Number(at)) <= 8.64e15 && typeof id === 'string';
  return isPlace ? { at: new Date(Number(at)), id } : undefined;
}
