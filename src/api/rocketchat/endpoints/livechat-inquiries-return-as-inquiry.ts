import { returnToQueue, type TransferRoomDeps } from '../../../domain/conversation/transfer-room.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

const body = object({ roomId: string('id'), departmentId: optional(nullable(string('id'))) });

const accepted = params('typed', { body });

/** `POST livechat/inquiries.returnAsInquiry`: an agent puts a conversation back into the queue. */
export const livechatInquiriesReturnAsInquiry = (deps: TransferRoomDeps) =>
  endpoint({
    operationId: 'livechat-inquiries-return-as-inquiry',
    method: 'post',
    path: '/livechat/inquiries.returnAsInquiry',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ roomId, departmentId }, caller) => ({
      result: await returnToQueue(deps, userOf(caller), roomId, departmentId || undefined),
    }),
  });
