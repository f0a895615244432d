import { openObject, string } from '../validation/schema.ts';
import { method, socketOf } from './method.ts';

/**
 * `livechat:setUpConnection`: tells whose socket it is. It asks nothing of the database, since the widget never
 * connects again after it has been refused this, and shows nothing until it is answered.
 */
export const setUpConnection = () =>
  method({
    name: 'livechat:setUpConnection',
    access: { kind: 'public' },
    parameters: [openObject({ token: string('token') })],
    handle: async ([{ token }], caller) => {
      socketOf(caller).becomeVisitor(token);
    },
  });
