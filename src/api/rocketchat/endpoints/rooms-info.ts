import { type ShowRoomDeps, showRoom } from '../../../domain/conversation/read-rooms.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { meteorError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { openObject, optional, string } from '../validation/schema.ts';

const query = openObject({
  roomId: optional(string('id')),
  roomName: optional(string('name')),
});

const accepted = params('legacy', { query });

/** `GET rooms.info`: a livechat room, by its id; these rooms have no unique names. */
export const roomsInfo = (deps: ShowRoomDeps) =>
  endpoint({
    operationId: 'rooms-info',
    method: 'get',
    path: '/rooms.info',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ roomId, roomName }, caller) => {
      // One that is blank names a room that does not exist; only both blank are as good as none.
      if (!roomId && !roomName && typeof roomId === typeof roomName) {
        const reason = 'The parameter "roomId" or "roomName" is required';
        throw meteorError('error-roomid-param-not-provided', reason);
      }
      return { room: await showRoom(deps, userOf(caller), roomId ?? '') };
    },
  });
