import { type TakeInquiryDeps, takeInquiry } from '../../../domain/conversation/take-inquiry.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { boolean, nullable, object, openObject, optional, string } from '../validation/schema.ts';

// Accepted but not used: chats are forwarded by `livechat/room.forward`.
const forwardingToDepartment = object({ oldDepartmentId: string('id'), transferData: openObject({}) });
const options = object({
  clientAction: boolean(),
  forwardingToDepartment: optional(nullable(forwardingToDepartment)),
});
const body = object({
  inquiryId: string('id'),
  userId: optional(nullable(string('id'))),
  options: optional(nullable(options)),
});

const accepted = params('legacy', { body });

/** `POST livechat/inquiries.take`: an agent takes a chat, or somebody assigns it to the agent they name. */
export const livechatInquiriesTake = (deps: TakeInquiryDeps) =>
  endpoint({
    operationId: 'livechat-inquiries-take',
    method: 'post',
    path: '/livechat/inquiries.take',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ inquiryId, userId }, caller) => {
      const taker = userOf(caller);
      await takeInquiry(deps, taker, inquiryId, userId || taker._id);
      return {};
    },
  });
