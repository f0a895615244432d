import type { LogOutDeps } from '../../../domain/accounts/log-out.ts';
import { endpoint } from '../endpoint.ts';
import { giveUpToken } from '../logged-out.ts';
import { params } from '../validation/params.ts';

/** `GET logout`: what old clients call. */
export const logoutGet = (deps: LogOutDeps) =>
  endpoint({
    operationId: 'logout-get',
    method: 'get',
    path: '/logout',
    access: { kind: 'user' },
    input: params('legacy', {}),
    handle: (_input, caller) => giveUpToken(deps, caller),
  });
