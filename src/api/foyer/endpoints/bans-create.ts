import { body } from 'express-validator';
import { type BanKind, banKinds } from '../../../domain/bans/ban.ts';
import { type BanSomebodyDeps, banSomebody } from '../../../domain/bans/ban-somebody.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';
import { presentBan } from '../present-ban.ts';

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
    access: { kind: 'all-of', permissions: ['manage-livechat-agents'] },
    input: accepted,
    handle: async (request, caller) => presentBan(await banSomebody(deps, userOf(caller), request)),
  });
