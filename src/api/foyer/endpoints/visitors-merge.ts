import { body } from 'express-validator';
import { type JoinVisitorsDeps, joinVisitors } from '../../../domain/conversation/join-visitors.ts';
import { type ReadVisitorDeps, readVisitor } from '../../../domain/conversation/read-visitor.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { idInPath, validated } from '../input.ts';
import { presentWholeVisitor } from '../present-visitor.ts';

const accepted = validated<{ id: string; into: string }>(
  idInPath(),
  body('into').isString().bail().isLength({ min: 1, max: maxLengths.id }),
);

/** `POST visitors/:id/merge`: makes the visitor one with another, who stays. */
export const visitorsMerge = (deps: JoinVisitorsDeps & ReadVisitorDeps) =>
  endpoint({
    operationId: 'foyer-visitors-merge',
    method: 'post',
    path: '/visitors/:id/merge',
    // Whoever serves one of them gets to see what was said to the other.
    access: {
      kind: 'all-of',
      permissions: ['view-l-room', 'view-livechat-rooms', 'edit-omnichannel-contact'],
    },
    input: accepted,
    handle: async ({ id, into }, caller) => {
      await joinVisitors(deps, id, into);
      return presentWholeVisitor(await readVisitor(deps, userOf(caller), into, caller.signal));
    },
  });
