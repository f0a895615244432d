import { endpoint } from '../../../http/endpoint.ts';
import { params } from '../params.ts';

/** The Rocket.Chat release whose rules the service follows. */
export const compatibleVersion = '8.8';

/** `GET /api/info`: the version, by which clients choose their dialect. */
export const info = () =>
  endpoint({
    operationId: 'info',
    method: 'get',
    path: '/info',
    access: { kind: 'public' },
    rateLimit: false,
    input: params('legacy', {}),
    handle: async () => ({ version: compatibleVersion }),
  });
