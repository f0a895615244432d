import { createHash, timingSafeEqual } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type RequestHandler, type Response, Router } from 'express';
import helmet from 'helmet';
import type { Metrics } from '../observability/metrics.ts';
import { docsPage, docsScript, homePage } from './pages.ts';
import { projectFolder } from './project-folder.ts';
import { sendUncached } from './send-uncached.ts';

export interface OperationsParts {
  readonly metrics: Pick<Metrics, 'render' | 'contentType'>;
  /** What `/metrics` is asked for with, as a bearer token; undefined if anyone may ask. */
  readonly metricsToken: string | undefined;
  /** Whether there is a page to try the chat widget in. */
  readonly hasDemo: boolean;
  /** Whether requests can be served: the database answers and the service is not stopping. */
  isReady(): Promise<boolean>;
}

const swaggerFolder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** The files of the documentation; nothing is loaded from other hosts. */
const docsFiles: readonly { readonly name: string; readonly folder: string; readonly type: string }[] = [
  { name: 'openapi.yaml', folder: projectFolder, type: 'application/yaml; charset=utf-8' },
  { name: 'README.md', folder: projectFolder, type: 'text/markdown; charset=utf-8' },
  { name: 'swagger-ui.css', folder: swaggerFolder, type: 'text/css; charset=utf-8' },
  { name: 'swagger-ui-bundle.js', folder: swaggerFolder, type: 'text/javascript; charset=utf-8' },
  { name: 'favicon-32x32.png', folder: swaggerFolder, type: 'image/png' },
];

/** Pages may load scripts and styles from this service only; Swagger UI sets styles on its elements. */
const pagePolicy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** Routes for those who run the service: is it alive, can it serve requests, its figures, its documentation. */
export function operations({ metrics, metricsToken, hasDemo, isReady }: OperationsParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const named =
    (operationId: string): RequestHandler =>
    (_req, res, next) => {
      res.locals.operationId = operationId;
      next();
    };
  router.get('/health', named('health'), (_req, res) =>
    sendUncached(res, 200, 'application/json', '{"status":"ok"}'),
  );
  router.get('/ready', named('ready'), async (_req, res) => {
    const ready = await isReady();
    const status = ready ? 'ok' : 'unavailable';
    sendUncached(res, ready ? 200 : 503, 'application/json', JSON.stringify({ status }));
  });
  router.get('/metrics', named('metrics'), async (req, res) => {
    if (metricsToken === undefined || isBearer(req.get('authorization'), metricsToken)) {
      sendUncached(res, 200, metrics.contentType, await metrics.render());
      return;
    }
    res.setHeader('WWW-Authenticate', 'Bearer realm="metrics"');
    sendUncached(res, 401, 'text/plain; charset=UTF-8', '401 Unauthorized');
  });
  router.get('/', named('home'), pagePolicy, (_req, res) => sendPage(res, homePage(hasDemo)));
  router.get('/docs', named('docs'), pagePolicy, (_req, res) => sendPage(res, docsPage));
  router.get('/docs/show.js', (_req, res) =>
    sendUncached(res, 200, 'text/javascript; charset=utf-8', docsScript),
  );
  for (const { name, folder, type } of docsFiles) {
    router.get(`/docs/${name}`, (_req, res, next) => {
      res.setHeader('Content-Type', type);
      res.sendFile(name, { root: folder, maxAge: '1h' }, (error) => error && next('router'));
    });
  }
  return router;
}

/** Whether the header holds the token; compared by digests, in a time that tells nothing about the token. */
function isBearer(header: string | undefined, token: string): boolean {
  const [, given] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? [];
  return given !== undefined && timingSafeEqual(digestOf(given), digestOf(token));
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const sendPage = (res: Response, html: string): void =>
  sendUncached(res, 200, 'text/html; charset=utf-8', html);
