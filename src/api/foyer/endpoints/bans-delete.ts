import { param } from 'express-validator';
import type { BanStore } from '../../../domain/bans/ban.ts';
import { AppError } from '../../../domain/errors.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';

const accepted = validated<{ id: string }>(param('id').isString().isLength({ max: maxLengths.id }));

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
