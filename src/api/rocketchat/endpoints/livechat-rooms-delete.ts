import { type RemoveRoomDeps, removeRoom } from '../../../domain/conversation/remove-room.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('typed', { body: object({ roomId: string('id') }) });

/** `POST livechat/rooms.delete`: deletes a closed room. */
export const livechatRoomsDelete = (deps: RemoveRoomDeps) =>
  endpoint({
    operationId: 'livechat-rooms-delete',
    method: 'post',
    path: '/livechat/rooms.delete',
    access: { kind: 'all-of', permissions: ['remove-closed-livechat-room'] },
    input: accepted,
    handle: async ({ roomId }) => {
      await removeRoom(deps, roomId);
      return {};
    },
  });
