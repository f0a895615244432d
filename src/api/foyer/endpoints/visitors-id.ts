import { param } from 'express-validator';
import { type ReadVisitorDeps, readVisitor } from '../../../domain/conversation/read-visitor.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';
import { presentWholeVisitor } from '../present-visitor.ts';

const accepted = validated<{ id: string }>(param('id').isString().isLength({ max: maxLengths.id }));

/** `GET visitors/:id`: one person with their visits, pages, chats, details and offline messages. */
export const visitorsId = (deps: ReadVisitorDeps) =>
  endpoint({
    operationId: 'foyer-visitors-id',
    method: 'get',
    path: '/visitors/:id',
    takesTurns: true,
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ id }, caller) =>
      presentWholeVisitor(await readVisitor(deps, userOf(caller), id, caller.signal)),
  });
