import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { query: object({ visitorId: string() }) });

/** How both addresses of a visitor's information answer: the whole visitor, with the token that Rocket.Chat 8 left out. */
export const visitorInfo = (
  operationId: string,
  path: string,
  { visitors }: Pick<Dependencies, 'visitors'>,
) =>
  endpoint({
    operationId,
    method: 'get',
    path,
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ visitorId }) => {
      const visitor = await visitors.findEnabledById(visitorId);
      if (!visitor) throw plainError('visitor-not-found');
      return { visitor };
    },
  });

/** `GET livechat/visitors.info`. */
export const livechatVisitorsInfo = (deps: Pick<Dependencies, 'visitors'>) =>
  visitorInfo('livechat-visitors-info', '/livechat/visitors.info', deps);
