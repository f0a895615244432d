import { type AddDetailsDeps, addDetails } from '../../../domain/visitor-details/add-details.ts';
import { endpoint } from '../endpoint.ts';
import { bodyOf } from '../params.ts';
import { readDetails } from '../read-details.ts';

/**
 * `POST visitors/:id/details`: shows a set of facts about a visitor to agents. The licence and the token of a webhook
 * in the body authorise it, nothing else.
 */
export const visitorsDetails = (deps: AddDetailsDeps) =>
  endpoint({
    operationId: 'livechatinc-visitors-details',
    method: 'post',
    path: '/visitors/:id/details',
    access: { kind: 'public' },
    input: async (req) => ({ visitorId: String(req.params.id), added: readDetails(bodyOf(req)) }),
    handle: async ({ visitorId, added }) => {
      await addDetails(deps, { by: 'liveChatId', value: visitorId }, added);
      return { result: 'Visitor details added' };
    },
  });
