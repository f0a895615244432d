import {
  type CloseRoomDeps,
  closeByVisitor,
  closedByVisitor,
} from '../../../domain/conversation/close-room.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const body = object({ token: string('token'), rid: string('id') });

const accepted = params('legacy', { body });

/** `POST livechat/room.close`: a visitor closes their room. */
export const livechatRoomClose = (deps: CloseRoomDeps) =>
  endpoint({
    operationId: 'livechat-room-close',
    method: 'post',
    path: '/livechat/room.close',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ token, rid }) => {
      await closeByVisitor(deps, { token, rid });
      return { rid, comment: closedByVisitor };
    },
  });
