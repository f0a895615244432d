import { randomBytes } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Settings } from '../domain/settings/settings.ts';
import { isLongerThan, maxLengths } from '../domain/text/max-lengths.ts';
import { plainText } from '../http/plain-text.ts';
import { sendUncached } from '../http/send-uncached.ts';
import { textProblem } from '../http/text-check.ts';
import { drawAvatar } from './avatar.ts';
import { createChime } from './chime.ts';
import { contentPolicy } from './content-policy.ts';
import { demoPage } from './demo-page.ts';
import { listWidgetFiles, readWidgetPage, type WidgetFile } from './widget-files.ts';
import { fillWidgetPage } from './widget-page.ts';
import { widgetPath } from './widget-path.ts';

export interface WidgetDeps {
  readonly settings: Settings;
  /** The service's public address, without a trailing slash. */
  readonly rootUrl: () => string;
}

export interface WidgetOptions {
  /** The service's public address if it was given; otherwise the widget goes by the address of its page. */
  readonly rootUrl: string | undefined;
  /** Whether there is a page to try the widget in. */
  readonly isDemo: boolean;
}

const yearSeconds = 31_536_000;
const daySeconds = 86_400;
const hourSeconds = 3_600;
/** Pages of other sites load this one; it keeps its name from release to release. */
const loader = 'rocketchat-livechat.min.js';

/** Rocket.Chat's livechat widget, a page to try it in, and the pictures it shows. */
export function widget(
  { settings, rootUrl }: WidgetDeps,
  { rootUrl: server, isDemo }: WidgetOptions,
): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const page = readWidgetPage();
  const files = listWidgetFiles();
  const chime = createChime();

  router.get([widgetPath, `${widgetPath}/`], named('widget'), (_req, res) => {
    const nonce = createNonce();
    // Which sites may frame the page, the policy says.
    res.removeHeader('X-Frame-Options');
    res.setHeader('Content-Security-Policy', contentPolicy(settings, nonce, server));
    sendPage(res, fillWidgetPage(page, { nonce, server }));
  });
  if (isDemo)
    router.get(`${widgetPath}/demo`, named('widget-demo'), (_req, res) => {
      const nonce = createNonce();
      res.setHeader('Content-Security-Policy', contentPolicy(settings, nonce, undefined));
      sendPage(res, demoPage(nonce, rootUrl() + widgetPath));
    });
  router.get(`${widgetPath}/chime.wav`, named('widget-file'), (_req, res) => {
    res.setHeader('Content-Type', 'audio/wav');
    res.setHeader('Cache-Control', `public, max-age=${daySeconds}`);
    res.end(chime);
  });
  router.get(`${widgetPath}/:file`, named('widget-file'), (req, res) => {
    const name = String(req.params.file);
    const file = files.get(name);
    if (!file) return sendNotFound(req, res);
    if (name === loader) res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    return sendFile(req, res, file);
  });
  router.get('/avatar/:username', named('avatar'), (req, res) => {
    const name = String(req.params.username);
    if (textProblem(name) !== undefined || isLongerThan(maxLengths.username, name))
      return sendNotFound(req, res);
    res.setHeader('Content-Type', 'image/svg+xml');
    res.setHeader('Cache-Control', `public, max-age=${daySeconds}`);
    return res.end(drawAvatar(name));
  });
  router.use(widgetPath, sendNotFound);
  return router;
}

/** What the figures call the requests of a route. */
const named =
  (operationId: string): RequestHandler =>
  (_req, res, next) => {
    res.locals.operationId = operationId;
    next();
  };

const sendNotFound = (req: Request, res: Response): void =>
  plainText.sendFailure({ kind: 'unknown-path' }, { req, res, operationId: undefined });

const createNonce = (): string => randomBytes(16).toString('base64');

const sendPage = (res: Response, html: string): void =>
  sendUncached(res, 200, 'text/html; charset=utf-8', html);

async function sendFile(req: Request, res: Response, file: WidgetFile): Promise<void> {
  const { plain, gzipped } = await file.read();
  res.setHeader('Content-Type', file.contentType);
  res.setHeader(
    'Cache-Control',
    file.isHashed ? `public, max-age=${yearSeconds}, immutable` : `public, max-age=${hourSeconds}`,
  );
  res.setHeader('Vary', 'Accept-Encoding');
  if (req.acceptsEncodings('gzip')) {
    res.setHeader('Content-Encoding', 'gzip');
    res.end(gzipped);
  } else res.end(plain);
}
