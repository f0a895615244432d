import type { BanStore } from '../../../domain/bans/ban.ts';
import { AppError } from '../../../domain/errors.ts';
import { endpoint } from '../endpoint.ts';
import { idInPath, validated } from '../input.ts';

const accepted = validated<{ id: string }>(idInPath());

/** `DELETE bans/:id`: ends a ban. */
export const bansDelete = ({ bans }: { readonly bans: BanStore }) =>
  endpoint({
    operationId: 'foyer-bans-delete',
    method: 'delete',
    path: '/bans/:id',
    access: { kind: 'all-of', permissions: ['manage-livechat-agents'] },
    input: accepted,
    handle: async ({ id }) => {
      if (!(await bans.remove(id))) throw new AppError('ban-not-found');
      return { deleted: 1 };
    },
  });
