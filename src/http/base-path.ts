import type { RequestHandler } from 'express';

/**
 * Serves what is asked for below a path as if it had been asked for without it. Both ways lead to the service: some
 * proxies remove the path, and probes do not know it.
 * @param path without a slash at its end.
 */
export function basePath(path: string): RequestHandler {
  return (req, res, next) => {
    if (req.url === path) {
      // The links of pages are relative to this.
      res.redirect(308, `${path}/`);
      return;
    }
    if (req.url.startsWith(`${path}/`)) req.url = req.url.slice(path.length);
    next();
  };
}
