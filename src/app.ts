import type { Express } from 'express';
import { files } from './api/files/dialect.ts';
import { foyer } from './api/foyer/dialect.ts';
import { liveChat } from './api/livechat/dialect.ts';
import { reveChat } from './api/revechat/dialect.ts';
import { rocketChat } from './api/rocketchat/dialect.ts';
import { tracker } from './api/tracker/dialect.ts';
import type { Config } from './config/config.ts';
import type { Dependencies } from './domain/dependencies.ts';
import { accessLog } from './http/access-log.ts';
import { basePath } from './http/base-path.ts';
import { warnOfProxyHeaders } from './http/client-address.ts';
import { createApplication } from './http/express/application.ts';
import { operations } from './http/operations.ts';
import { requestContext } from './http/request-context.ts';
import { securityHeaders } from './http/security-headers.ts';
import type { Serving } from './http/serve.ts';
import { discardUnreadBodies } from './http/unread-bodies.ts';
import type { Metrics } from './observability/metrics.ts';
import { widget } from './widget/routes.ts';
import { belowWidgetPath } from './widget/widget-path.ts';

export interface AppParts {
  readonly config: Config;
  readonly deps: Dependencies;
  readonly metrics: Metrics;
  readonly serving: Serving;
  /** Whether requests can be served. */
  readonly isReady: () => Promise<boolean>;
}

/** The Express application; its lines are in the order in which they handle a request. */
export const createApp = ({ config, deps, metrics, serving, isReady }: AppParts): Express =>
  createApplication({
    first: [
      requestContext(),
      accessLog(serving.logger, metrics),
      discardUnreadBodies(config.forwardedCount),
      ...(config.forwardedCount === 0 ? [warnOfProxyHeaders(serving.logger)] : []),
      securityHeaders(),
      ...(config.rootPath === '' ? [] : [basePath(config.rootPath)]),
      belowWidgetPath(),
    ],
    parts: [
      foyer(deps),
      reveChat(deps),
      rocketChat(deps, { showStacks: config.testMode }),
      files(deps),
      tracker(deps),
      operations({ metrics, metricsToken: config.metricsToken, hasDemo: config.isDemo, isReady }),
      widget(deps, config),
      liveChat(deps),
    ],
    serving,
  });
