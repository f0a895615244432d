import type { LogOutDeps } from '../../../domain/accounts/log-out.ts';
import { endpoint } from '../endpoint.ts';
import { revokeToken } from '../revoke-token.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', {});

/** `GET logout`: for old clients. */
export const logoutGet = (deps: LogOutDeps) =>
  endpoint({
    operationId: 'logout-get',
    method: 'get',
    path: '/logout',
    access: { kind: 'user' },
    input: accepted,
    handle: (_input, caller) => revokeToken(deps, caller),
  });
