import {
  type GetVisitorDeps,
  getVisitorByToken,
  shownToVisitor,
} from '../../../domain/visitors/get-visitor.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { path: object({ token: string('token') }) });

/** `GET livechat/visitor/:token`: the whole visitor. */
export const livechatVisitorGet = (deps: GetVisitorDeps) =>
  endpoint({
    operationId: 'livechat-visitor-get',
    method: 'get',
    path: '/livechat/visitor/:token',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ token }) => ({ visitor: shownToVisitor(await getVisitorByToken(deps, token)) }),
  });
