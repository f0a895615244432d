import type { Settings } from '../../../domain/settings/settings.ts';
import { type KnownVisitorsDeps, listByFirstVisit } from '../../../domain/visits/known-visitors.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOf } from '../paging.ts';
import { pageNumber } from '../params.ts';
import { visitorItem } from '../present-visitor.ts';

/** `GET visitors`: everyone who was ever on the site, ten a page, the latest arrivals first. */
export const visitors = (deps: KnownVisitorsDeps & { readonly settings: Settings }) =>
  listEndpoint({
    operationId: 'revechat-visitors',
    path: '/visitors',
    input: pageNumber,
    handle: async (page) => (await listByFirstVisit(deps, pageOf(deps.settings, page))).map(visitorItem),
  });
