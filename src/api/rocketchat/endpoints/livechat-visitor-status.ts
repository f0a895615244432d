import {
  type SetVisitorStatusDeps,
  setVisitorStatus,
} from '../../../domain/conversation/set-visitor-status.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('match', { body: object({ token: string('token'), status: string('status') }) });

/**
 * `POST livechat/visitor.status`: sets the visitor's status on their open rooms and in the queue; the visitor is not
 * changed.
 */
export const livechatVisitorStatus = (deps: SetVisitorStatusDeps) =>
  endpoint({
    operationId: 'livechat-visitor-status',
    method: 'post',
    path: '/livechat/visitor.status',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ token, status }) => {
      await setVisitorStatus(deps, token, status);
      return { token, status };
    },
  });
