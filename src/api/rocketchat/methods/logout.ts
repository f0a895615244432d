import { type LogOutDeps, logOut } from '../../../domain/accounts/log-out.ts';
import { method, socketOf } from './method.ts';

/** `logout`: the token of the socket's user is no longer valid, anywhere. */
export const logout = (deps: LogOutDeps) =>
  method({
    name: 'logout',
    access: { kind: 'public' },
    parameters: [],
    handle: async (_, caller) => {
      const socket = socketOf(caller);
      const { session } = socket;
      if (session === undefined) return;
      await logOut(deps, session.user._id, session.authToken);
      await socket.becomeUser(undefined);
    },
  });
