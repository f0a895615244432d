import type { LogOutDeps } from '../../../domain/accounts/log-out.ts';
import { endpoint } from '../endpoint.ts';
import { giveUpToken } from '../logged-out.ts';
import { params } from '../validation/params.ts';

/** `POST logout`: gives up the token of this request. */
export const logout = (deps: LogOutDeps) =>
  endpoint({
    operationId: 'logout',
    method: 'post',
    path: '/logout',
    access: { kind: 'user' },
    input: params('legacy', {}),
    handle: (_input, caller) => giveUpToken(deps, caller),
  });
