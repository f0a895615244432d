import { type SetCallStatusDeps, setCallStatus } from '../../../domain/conversation/set-call-status.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const body = object({
  token: string('token'),
  callStatus: string('status'),
  rid: string('id'),
  callId: string('id'),
});

const accepted = params('legacy', { body });

/** `POST livechat/visitor.callStatus`, up to 7.x: how a visitor's call is going. */
export const livechatVisitorCallStatus = (deps: SetCallStatusDeps) =>
  endpoint({
    operationId: 'livechat-visitor-call-status',
    method: 'post',
    path: '/livechat/visitor.callStatus',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ token, rid, callStatus }) => {
      await setCallStatus(deps, { token, rid }, callStatus);
      return { token, callStatus };
    },
  });
