import { type ReadVisitorDeps, readVisitor } from '../../../domain/conversation/read-visitor.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { idInPath, validated } from '../input.ts';
import { presentWholeVisitor } from '../present-visitor.ts';

const accepted = validated<{ id: string }>(idInPath());

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
