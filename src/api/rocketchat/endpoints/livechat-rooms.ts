import { type ListRoomsDeps, listRooms } from '../../../domain/rooms/list-rooms.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { foundBySearch, pageOfItems } from '../envelope.ts';
import { readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { readRoomFilter, roomsQuery } from '../validation/room-filter-params.ts';

const accepted = params('legacy', { query: roomsQuery });

/**
 * `GET livechat/rooms`: rooms by agent, department, state, time, tags, custom fields and name. A header says if older
 * ones may be missing.
 */
export const livechatRooms = (deps: ListRoomsDeps) =>
  listEndpoint({
    operationId: 'livechat-rooms',
    method: 'get',
    path: '/livechat/rooms',
    access: { kind: 'user' },
    input: accepted,
    handle: async (query, caller) => {
      const page = readPage(query, { ts: -1 }, deps.settings, caller);
      const found = await listRooms(deps, userOf(caller), readRoomFilter(query), page);
      return foundBySearch(pageOfItems('rooms', found, page), found);
    },
  });
