import { type ShowRoomDeps, showRoom } from '../../../domain/conversation/read-rooms.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { nullable, openObject, optional, string } from '../validation/schema.ts';

const query = openObject({
  roomId: optional(nullable(string('id'))),
  roomName: optional(nullable(string('name'))),
});

const accepted = params('legacy', { query });

/**
 * `GET channels.info`: a livechat room, by its id; these rooms have no unique names. Without either, as in Rocket.Chat
 * 8, no room is found.
 */
export const channelsInfo = (deps: ShowRoomDeps) =>
  endpoint({
    operationId: 'channels-info',
    method: 'get',
    path: '/channels.info',
    access: { kind: 'user' },
    input: accepted,
    handle: async ({ roomId }, caller) => ({
      channel: await showRoom(deps, userOf(caller), roomId ?? ''),
    }),
  });
