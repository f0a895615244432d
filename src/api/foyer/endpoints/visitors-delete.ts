import { type EraseVisitorDeps, eraseVisitor } from '../../../domain/conversation/erase-visitor.ts';
import { endpoint } from '../endpoint.ts';
import { idInPath, validated } from '../input.ts';
import { presentErasure } from '../present-erasure.ts';

const accepted = validated<{ id: string }>(idInPath());

/** `DELETE visitors/:id`: forgets a person, and gives a receipt. */
export const visitorsDelete = (deps: EraseVisitorDeps) =>
  endpoint({
    operationId: 'foyer-visitors-delete',
    method: 'delete',
    path: '/visitors/:id',
    scope: 'erase',
    access: { kind: 'all-of', permissions: ['delete-livechat-contact'] },
    input: accepted,
    handle: async ({ id }) => presentErasure(await eraseVisitor(deps, id)),
  });
