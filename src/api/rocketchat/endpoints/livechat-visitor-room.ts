import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

/**
 * What Rocket.Chat shows about a room here. Livechat rooms from old releases still have `u`, `usernames` and `name`.
 */
const shown = ['_id', 't', 'cl', 'u', 'usernames', 'servedBy', 'name'];

const accepted = params('legacy', { path: object({ token: string('token') }) });

/** `GET livechat/visitor/:token/room`: the open rooms of the visitor with the token; none if the token is unknown. */
export const livechatVisitorRoom = ({ rooms, visitors }: Pick<Dependencies, 'rooms' | 'visitors'>) =>
  endpoint({
    operationId: 'livechat-visitor-room',
    method: 'get',
    path: '/livechat/visitor/:token/room',
    access: { kind: 'all-of', permissions: ['view-livechat-manager'] },
    input: accepted,
    handle: async ({ token }) => {
      const visitor = await visitors.findByToken(token);
      const open = visitor === null ? [] : await rooms.listOpenByVisitor(visitor._id);
      return { rooms: open.map(shownPart) };
    },
  });

const shownPart = (room: object) =>
  Object.fromEntries(Object.entries(room).filter(([name]) => shown.includes(name)));
