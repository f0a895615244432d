import type { LogOutDeps } from '../../../domain/accounts/log-out.ts';
import { endpoint } from '../endpoint.ts';
import { revokeToken } from '../revoke-token.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', {});

/** `POST logout`: revokes the token of this request. */
export const logout = (deps: LogOutDeps) =>
  endpoint({
    operationId: 'logout',
    method: 'post',
    path: '/logout',
    access: { kind: 'user' },
    input: accepted,
    handle: (_input, caller) => revokeToken(deps, caller),
  });
