import type { AccessControl } from '../../../domain/accounts/access.ts';
import { seesRooms } from '../../../domain/rooms/room-access.ts';
import type { SubscriptionStore } from '../../../domain/rooms/subscription.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

interface SubscriptionsGetOneDeps {
  readonly access: AccessControl;
  readonly subscriptions: SubscriptionStore;
}

const accepted = params('legacy', { query: object({ roomId: string('id') }) });

/** `GET subscriptions.getOne`: the caller's subscription to a livechat room; null if they have none. */
export const subscriptionsGetOne = ({ access, subscriptions }: SubscriptionsGetOneDeps) =>
  endpoint({
    operationId: 'subscriptions-get-one',
    method: 'get',
    path: '/subscriptions.getOne',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ roomId }, caller) => {
      if (roomId === '') throw plainError("The 'roomId' param is required");
      const user = userOf(caller);
      const found = seesRooms({ access }, user)
        ? await subscriptions.findByRoomAndUser(roomId, user._id)
        : null;
      return { subscription: found?.t === 'l' ? found : null };
    },
  });
