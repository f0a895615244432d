import { forwardRoom, type TransferRoomDeps } from '../../../domain/conversation/transfer-room.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { boolean, nullable, object, optional, string } from '../validation/schema.ts';

const body = object({
  roomId: string('id'),
  userId: optional(nullable(string('id'))),
  departmentId: optional(nullable(string('id'))),
  comment: optional(nullable(string('message'))),
  clientAction: optional(nullable(boolean())),
});

const accepted = params('legacy', { body });

/** `POST livechat/room.forward`: somebody gives a conversation to another agent or department. */
export const livechatRoomForward = (deps: TransferRoomDeps) =>
  endpoint({
    operationId: 'livechat-room-forward',
    method: 'post',
    path: '/livechat/room.forward',
    access: { kind: 'all-of', permissions: ['view-l-room', 'transfer-livechat-guest'] },
    input: accepted,
    handle: async ({ roomId, userId, departmentId, comment }, caller) => {
      const destination = {
        userId: userId || undefined,
        departmentId: departmentId || undefined,
        comment: comment || undefined,
      };
      await forwardRoom(deps, userOf(caller), roomId, destination);
      return {};
    },
  });
