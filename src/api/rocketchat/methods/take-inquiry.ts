import { type TakeInquiryDeps, takeInquiry as take } from '../../../domain/conversation/take-inquiry.ts';
import { userOf } from '../../../http/user-of.ts';
import { string } from '../validation/schema.ts';
import { method } from './method.ts';

/** `livechat:takeInquiry`: an agent takes a chat from the queue. */
export const takeInquiry = (deps: TakeInquiryDeps) =>
  method({
    name: 'livechat:takeInquiry',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    parameters: [string('id')],
    handle: async ([inquiryId], caller) => {
      const user = userOf(caller);
      await take(deps, user, inquiryId, user._id);
    },
  });
