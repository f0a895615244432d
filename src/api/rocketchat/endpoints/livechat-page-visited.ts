import { type TrackPageVisitDeps, trackPageVisit } from '../../../domain/pages/track-page-visit.ts';
import { browserHeadersOf } from '../../../http/browser-headers.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

const page = object({
  title: string('pageTitle'),
  change: string('word'),
  location: object({ href: string('pageAddress') }),
});
const body = object({ token: string('token'), rid: optional(nullable(string('id'))), pageInfo: page });
const accepted = params('legacy', { body });

/**
 * `POST livechat/page.visited`: records a page view for any token, known or not. Errors have the form of releases up
 * to 8.6 (`… [invalid-params]`), which most clients know.
 */
export const livechatPageVisited = (deps: TrackPageVisitDeps) =>
  endpoint({
    operationId: 'livechat-page-visited',
    method: 'post',
    path: '/livechat/page.visited',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async (visit, caller) => {
      const recorded = await trackPageVisit(deps, visit, { headers: browserHeadersOf(caller) });
      return recorded === null ? {} : { page: recorded };
    },
  });
