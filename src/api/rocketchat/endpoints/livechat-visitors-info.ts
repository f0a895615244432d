import { type GetVisitorDeps, getVisitor } from '../../../domain/visitors/get-visitor.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { query: object({ visitorId: string() }) });

/**
 * The answer at both paths of a visitor's information: the whole visitor, with the token that Rocket.Chat 8 leaves
 * out.
 */
export const visitorInfo = (operationId: string, path: string, deps: GetVisitorDeps) =>
  endpoint({
    operationId,
    method: 'get',
    path,
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ visitorId }) => ({ visitor: await getVisitor(deps, visitorId) }),
  });

/** `GET livechat/visitors.info`. */
export const livechatVisitorsInfo = (deps: GetVisitorDeps) =>
  visitorInfo('livechat-visitors-info', '/livechat/visitors.info', deps);
