import type { RoomSource } from '../../../domain/contacts/source.ts';
import { type GetRoomDeps, getRoom } from '../../../domain/conversation/get-room.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import type { Caller } from '../../../http/endpoint.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, optional, string } from '../validation/schema.ts';

const query = object({
  token: string('token'),
  rid: optional(string('id')),
  agentId: optional(string('id')),
});

const accepted = params('match', { query });

/** `GET livechat/room`: the visitor's open room, created if there is none. */
export const livechatRoom = (deps: GetRoomDeps) =>
  endpoint({
    operationId: 'livechat-room',
    method: 'get',
    path: '/livechat/room',
    access: { kind: 'public' },
    rateLimit: { calls: 5, perMs: 60_000 },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: ({ token, rid, agentId }, caller) =>
      getRoom(deps, { token, rid: rid || undefined, agentId, source: sourceOf(caller) }),
  });

/** The widget calls below a path of its own; that of a Rocket.Chat beside Foyer identifies itself with two cookies. */
function sourceOf(caller: Caller): RoomSource {
  const cookies = (caller.header('cookie') ?? '').split(';').map((cookie) => cookie.trim());
  const isWidget =
    caller.isWidget || (cookies.includes('rc_is_widget=t') && cookies.includes('rc_room_type=l'));
  if (!isWidget) return { type: 'api' };
  const host = caller.header('host')?.slice(0, maxLengths.header);
  return { type: 'widget', ...(host === undefined ? {} : { destination: host }) };
}
