import { getErasure } from '../../../domain/conversation/erase-visitor.ts';
import type { ErasureStore } from '../../../domain/erasures/erasure.ts';
import { endpoint } from '../endpoint.ts';
import { idInPath, validated } from '../input.ts';
import { presentErasure } from '../present-erasure.ts';

const accepted = validated<{ id: string }>(idInPath());

/** `GET erasures/:id`: the receipt of a deletion, which may still be in progress. */
export const erasuresId = (deps: { readonly erasures: ErasureStore }) =>
  endpoint({
    operationId: 'foyer-erasures-id',
    method: 'get',
    path: '/erasures/:id',
    access: { kind: 'all-of', permissions: ['delete-livechat-contact'] },
    input: accepted,
    handle: async ({ id }) => presentErasure(await getErasure(deps, id)),
  });
