import type { RequestHandler, Response } from 'express';
import type { Settings } from '../../domain/settings/settings.ts';

const allowedHeaders =
  'Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token, x-visitor-token, Authorization';
const allowedMethods = 'GET, POST, PUT, DELETE, HEAD, PATCH';
const notEnabled = 'CORS not enabled. Go to "Admin > General > REST Api" to enable it.';

/**
 * Answers requests from other origins as Rocket.Chat 8 does: anyone may read every answer, but whether a browser may
 * send requests (OPTIONS) depends on `API_Enable_CORS` and `API_CORS_Origin`.
 */
export const cors =
  (settings: Settings): RequestHandler =>
  (req, res, next) => {
    if (req.method === 'OPTIONS') {
      answerPreflight(req.get('origin'), req.get('access-control-request-method'), res, settings);
      return;
    }
    res.setHeader('Access-Control-Allow-Origin', '*');
    res.setHeader('Access-Control-Allow-Headers', allowedHeaders);
    next();
  };

function answerPreflight(
  origin: string | undefined,
  method: string | undefined,
  res: Response,
  settings: Settings,
): void {
  const allowed = settings.get('API_CORS_Origin');
  if (origin === undefined && method === undefined) {
    sendText(res, 200, '');
  } else if (!settings.get('API_Enable_CORS')) {
    sendText(res, 405, notEnabled);
  } else if (!isAllowed(origin, allowed)) {
    sendText(res, 403, 'Invalid origin');
  } else {
    if (allowed !== '*') res.setHeader('Vary', 'Origin');
    res.setHeader('Access-Control-Allow-Origin', allowed === '*' ? '*' : (origin ?? '*'));
    res.setHeader('Access-Control-Allow-Methods', allowedMethods);
    res.setHeader('Access-Control-Allow-Headers', allowedHeaders);
    sendText(res, 200, 'OK');
  }
}

/** Whether pages of another origin may send requests. */
export const isAllowedOrigin = (settings: Settings, origin: string): boolean =>
  settings.get('API_Enable_CORS') && isAllowed(origin, settings.get('API_CORS_Origin'));

/** As in Rocket.Chat, the list is lower-cased but the origin is not; browsers send it in lower case. */
function isAllowed(origin: string | undefined, allowed: string): boolean {
  if (allowed === '*') return true;
  const origins = allowed.split(',').map((entry) => entry.trim().toLowerCase());
  return origin !== undefined && origins.includes(origin);
}

function sendText(res: Response, status: number, text: string): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  res.end(text);
}
