import { findRoomInquiry, type ShowRoomDeps } from '../../../domain/conversation/read-rooms.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const query = object({ roomId: string('id') });

const accepted = params('legacy', { query });

/** `GET livechat/inquiries.getOne`: a room's inquiry; null without one, and for a room that the caller may not read. */
export const livechatInquiriesGetOne = (deps: ShowRoomDeps) =>
  endpoint({
    operationId: 'livechat-inquiries-get-one',
    method: 'get',
    path: '/livechat/inquiries.getOne',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ roomId }, caller) => ({ inquiry: await findRoomInquiry(deps, userOf(caller), roomId) }),
  });
