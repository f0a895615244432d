import type { AccessControl } from '../../../domain/accounts/access.ts';
import { inOneBatch, largestPage } from '../../../domain/paging.ts';
import { seesRooms } from '../../../domain/rooms/room-access.ts';
import type { SubscriptionStore } from '../../../domain/rooms/subscription.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { ItemList } from '../envelope.ts';
import { params } from '../validation/params.ts';
import { nullable, openObject, optional, string } from '../validation/schema.ts';
import { readUpdatedSince } from '../validation/updated-since.ts';

interface SubscriptionsGetDeps {
  readonly access: AccessControl;
  readonly subscriptions: SubscriptionStore;
}

const accepted = params('legacy', {
  query: openObject({ updatedSince: optional(nullable(string('word'))) }),
});

/**
 * `GET subscriptions.get`: the caller's subscriptions to livechat rooms, or those that have changed since a time.
 * Which have ended is not remembered, so `remove` is empty.
 */
export const subscriptionsGet = ({ access, subscriptions }: SubscriptionsGetDeps) =>
  listEndpoint({
    operationId: 'subscriptions-get',
    method: 'get',
    path: '/subscriptions.get',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ updatedSince }, caller) => {
      const since = readUpdatedSince(updatedSince);
      const user = userOf(caller);
      const seats = seesRooms({ access }, user) ? await subscriptions.listByUser(user._id, largestPage) : [];
      const changed = seats.filter(
        ({ _updatedAt }) => since === undefined || (_updatedAt !== undefined && _updatedAt > since),
      );
      return new ItemList('update', inOneBatch(changed), () => ({ remove: [] }));
    },
  });
