import type { Dependencies } from '../../domain/dependencies.ts';
import { info } from './endpoints/info.ts';
import { livechatPageVisited } from './endpoints/livechat-page-visited.ts';
import { livechatVisitorsSearch } from './endpoints/livechat-visitors-search.ts';
import { login } from './endpoints/login.ts';
import { omnichannelContactSearch } from './endpoints/omnichannel-contact-search.ts';
import type { RocketChatEndpoint } from './mount.ts';

/** Everything below `/api/v1`, in the order in which paths are tried. */
export const versionedEndpoints = (deps: Dependencies): RocketChatEndpoint[] => [
  login(deps),
  livechatPageVisited(deps),
  livechatVisitorsSearch(deps),
  omnichannelContactSearch(deps),
];

/** What Rocket.Chat serves below `/api` alone. */
export const unversionedEndpoints = (_deps: Dependencies): RocketChatEndpoint[] => [info()];
