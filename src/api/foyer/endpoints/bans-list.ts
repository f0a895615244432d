import type { BanStore } from '../../../domain/bans/ban.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';
import { presentBan } from '../present-ban.ts';

/** `GET bans`: who is banned. */
export const bansList = ({ bans }: { readonly bans: BanStore }) =>
  endpoint({
    operationId: 'foyer-bans-list',
    method: 'get',
    path: '/bans',
    takesTurns: true,
    access: { kind: 'all-of', permissions: ['manage-livechat-agents'] },
    input: validated(),
    handle: async () => ({ bans: (await bans.list()).map(presentBan) }),
  });
