import { type JoinRoomDeps, joinRoom } from '../../../domain/conversation/join-room.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { query: object({ roomId: string('id') }) });

/** `GET livechat/room.join`: a user joins a conversation. */
export const livechatRoomJoin = (deps: JoinRoomDeps) =>
  endpoint({
    operationId: 'livechat-room-join',
    method: 'get',
    path: '/livechat/room.join',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ roomId }, caller) => {
      await joinRoom(deps, userOf(caller), roomId);
      return {};
    },
  });
