import { body } from 'express-validator';
import { type Ban, type BanKind, type BanStore, banKinds } from '../../../domain/bans/ban.ts';
import { type BanSomebodyDeps, banSomebody } from '../../../domain/bans/ban-somebody.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';

const managers = { kind: 'all-of', permissions: ['manage-livechat-agents'] } as const;

/** `GET bans`: who is banned. */
export const bansList = ({ bans }: { readonly bans: BanStore }) =>
  endpoint({
    operationId: 'foyer-bans-list',
    method: 'get',
    path: '/bans',
    takesTurns: true,
    access: managers,
    input: validated(),
    handle: async () => ({ bans: (await bans.list()).map(presentBan) }),
  });

const accepted = validated<{ kind: BanKind; value: string; reason?: string; expiresAt?: Date }>(
  body('kind').isString().bail().isIn(banKinds),
  body('value').isString().bail().isLength({ min: 1, max: maxLengths.email }),
  body('reason').optional().isString().bail().isLength({ max: maxLengths.status }),
  body('expiresAt').optional().isString().bail().isISO8601({ strict: true }).toDate(),
);

/** `POST bans`: bans an address, a visitor or an e-mail address. */
export const bansCreate = (deps: BanSomebodyDeps) =>
  endpoint({
    operationId: 'foyer-bans-create',
    method: 'post',
    path: '/bans',
    access: managers,
    input: accepted,
    handle: async (request, caller) => presentBan(await banSomebody(deps, userOf(caller), request)),
  });

const presentBan = ({ expiresAt, createdBy, ...ban }: Ban): object => ({
  ...ban,
  createdBy: { _id: createdBy._id, username: createdBy.username ?? '' },
  expiresAt: expiresAt ?? null,
});
