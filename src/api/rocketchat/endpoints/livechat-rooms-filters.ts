import type { RoomSearch } from '../../../domain/rooms/room-search.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';

const accepted = params('legacy', {});

/** `GET livechat/rooms/filters`: the sources from which there are rooms. */
export const livechatRoomsFilters = ({ roomSearch }: { readonly roomSearch: RoomSearch }) =>
  endpoint({
    operationId: 'livechat-rooms-filters',
    method: 'get',
    path: '/livechat/rooms/filters',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async (_input, { signal }) => ({ filters: await roomSearch.listSources(signal) }),
  });
