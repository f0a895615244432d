import type { RequestHandler } from 'express';
import type { Settings } from '../../domain/settings/settings.ts';
import { isAllowedSite } from '../../http/allowed-sites.ts';

/**
 * Lets the pages of other sites load the tracker and send to it: those of `Livechat_AllowedDomainsList`, or all where
 * it is empty. Browsers ask beforehand (OPTIONS) only if a site sends something else than the tracker does.
 */
export const crossOrigin =
  (settings: Settings): RequestHandler =>
  (req, res, next) => {
    res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    const origin = req.get('origin');
    if (origin !== undefined && isAllowedSite(settings, origin)) {
      res.setHeader('Access-Control-Allow-Origin', origin);
      res.setHeader('Vary', 'Origin');
    }
    if (req.method !== 'OPTIONS') {
      next();
      return;
    }
    res.setHeader('Access-Control-Allow-Methods', 'GET, POST');
    res.setHeader('Access-Control-Allow-Headers', 'Content-Type');
    res.statusCode = 204;
    res.end();
  };
