import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';

/** The Rocket.Chat release that the service follows. */
const compatibleRelease = '8.8.1';
const publicVersion = compatibleRelease.split('.', 2).join('.');

const accepted = params('legacy', {});

/**
 * `GET /api/info`: the version, by which clients decide how to behave; the whole version for users with
 * `view-statistics`.
 */
export const info = ({ access }: Pick<Dependencies, 'access'>) =>
  endpoint({
    operationId: 'info',
    method: 'get',
    path: '/info',
    access: { kind: 'public' },
    rateLimit: false,
    input: accepted,
    handle: async (_input, { user }) =>
      user && access.hasPermission(user, 'view-statistics')
        ? { version: compatibleRelease, info: { version: compatibleRelease } }
        : { version: publicVersion },
  });
