import { getVisitorInfo, type VisitorInfoDeps } from '../../../domain/rooms/get-visitor-info.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { query: object({ visitorId: string('id') }) });

/**
 * The answer at both paths of a visitor's information: the whole visitor, for some callers with the token that
 * Rocket.Chat 8 leaves out.
 */
export const visitorInfo = (operationId: string, path: string, deps: VisitorInfoDeps) =>
  endpoint({
    operationId,
    method: 'get',
    path,
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ visitorId }, caller) => ({
      visitor: await getVisitorInfo(deps, userOf(caller), visitorId),
    }),
  });

/** `GET livechat/visitors.info`. */
export const livechatVisitorsInfo = (deps: VisitorInfoDeps) =>
  visitorInfo('livechat-visitors-info', '/livechat/visitors.info', deps);
