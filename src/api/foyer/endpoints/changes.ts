import { query } from 'express-validator';
import {
  awaitChanges,
  changesFromNow,
  type Follower,
  type ReadChangesDeps,
} from '../../../domain/conversation/read-changes.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import type { Caller } from '../../../http/endpoint.ts';
import { cursorIn, textOfCursor } from '../change-cursor.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';
import { LateAnswer } from '../late-answer.ts';
import { presentChange } from '../present-change.ts';
import { Problem } from '../problem.ts';

interface Asked {
  readonly since?: string;
  readonly wait?: number;
  readonly token?: string;
}

/** Less than proxies and clients wait for an answer. */
const longestWaitSeconds = 25;

const accepted = validated<Asked>(
  query('since').optional().isString().bail().isLength({ max: maxLengths.cursor }),
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
      const from =
        since === undefined ? changesFromNow(deps) : cursorIn(since, { in: 'query', field: 'since' });
      const waitMs = since === undefined ? 0 : wait * 1_000;
      const { network, signal } = caller;
      return new LateAnswer(async () => {
        const { changes, next, hasMore } = await awaitChanges(deps, follower, from, {
          waitMs,
          network,
          signal,
        });
        return { changes: changes.map(presentChange), next: textOfCursor(next), hasMore };
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
