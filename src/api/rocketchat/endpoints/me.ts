import type { Dependencies } from '../../../domain/dependencies.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { type PresentMeDeps, presentMe, presentServices } from '../present-me.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', {});

/** `GET me`: the user who holds this token, with the kinds of their credentials. */
export const me = (deps: PresentMeDeps & Pick<Dependencies, 'users'>) =>
  endpoint({
    operationId: 'me',
    method: 'get',
    path: '/me',
    access: { kind: 'user' },
    input: accepted,
    handle: async (_input, caller) => {
      const user = userOf(caller);
      const own = (await deps.users.findWithCredentials({ id: user._id })) ?? { ...user, services: {} };
      const { _id, ...rest } = presentMe(deps, own);
      return { _id, services: presentServices(own), ...rest };
    },
  });
