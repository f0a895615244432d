import { largestPage, mapBatches } from '../../../domain/paging.ts';
import { seesRooms } from '../../../domain/rooms/room-access.ts';
import type { RoomSearch } from '../../../domain/rooms/room-search.ts';
import { showRooms, type VisitorTokenDeps } from '../../../domain/rooms/visitor-tokens.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { ItemList } from '../envelope.ts';
import { params } from '../validation/params.ts';
import { nullable, openObject, optional, string } from '../validation/schema.ts';
import { readUpdatedSince } from '../validation/updated-since.ts';

type RoomsGetDeps = VisitorTokenDeps & { readonly roomSearch: RoomSearch };

const accepted = params('legacy', {
  query: openObject({ updatedSince: optional(nullable(string('word'))) }),
});

/**
 * `GET rooms.get`: the livechat rooms to which the caller is subscribed, or those that have changed since a time. A
 * room that is closed ends the subscription; which have ended is not remembered, so `remove` is empty.
 */
export const roomsGet = (deps: RoomsGetDeps) =>
  listEndpoint({
    operationId: 'rooms-get',
    method: 'get',
    path: '/rooms.get',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ updatedSince }, caller) => {
      const since = readUpdatedSince(updatedSince);
      const user = userOf(caller);
      const seats = seesRooms(deps, user) ? await deps.subscriptions.listByUser(user._id, largestPage) : [];
      const ids = seats.map(({ rid }) => rid);
      const rooms = await deps.roomSearch.listByIds(ids, since, caller.signal);
      const shown = mapBatches(rooms, (batch) => showRooms(deps, user, batch));
      return new ItemList('update', shown, () => ({ remove: [] }));
    },
  });
