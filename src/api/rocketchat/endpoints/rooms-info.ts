import { type ShowRoomDeps, showRoom } from '../../../domain/conversation/read-rooms.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { exactlyOneOf, object, string } from '../validation/schema.ts';

const byId = object({ roomId: string('id') });
const byName = object({ roomName: string('name') });

const accepted = params('legacy', { query: exactlyOneOf(byId, byName) });

/** `GET rooms.info`: a livechat room, by its id; these rooms have no unique names. */
export const roomsInfo = (deps: ShowRoomDeps) =>
  endpoint({
    operationId: 'rooms-info',
    method: 'get',
    path: '/rooms.info',
    access: { kind: 'user' },
    input: accepted,
    handle: async (given, caller) => ({
      room: await showRoom(deps, userOf(caller), 'roomId' in given ? given.roomId : ''),
    }),
  });
